const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
const from10To12 = versions.slice(0, 3);
const from11To12 = versions.slice(1, 3);
const only12 = versions.slice(2, 3);
const both = ['application', 'network'];

/** A predefined security policy and the protocol versions that it lets clients use. */
export interface SslPolicyResource {
  readonly Name: string;
  readonly SslProtocols: readonly string[];
  readonly SupportedLoadBalancerTypes: readonly string[];
}

/** The policies with TLS 1.3, by the oldest version that each allows. */
const withTls13 = {
  'TLSv1.3': ['2021-06', 'FIPS-2023-04', 'PQ-2025-09', 'FIPS-PQ-2025-09', 'RFC9151-FIPS-2023-07'],
  'TLSv1.2': [
    ...['2021-06', 'Res-2021-06', 'Ext1-2021-06', 'Ext2-2021-06'],
    ...['FIPS-2023-04', 'Res-FIPS-2023-04', 'Ext0-FIPS-2023-04', 'Ext1-FIPS-2023-04', 'Ext2-FIPS-2023-04'],
    ...['PQ-2025-09', 'Res-PQ-2025-09', 'Ext1-PQ-2025-09', 'Ext2-PQ-2025-09'],
    ...['FIPS-PQ-2025-09', 'Res-FIPS-PQ-2025-09', 'Ext0-FIPS-PQ-2025-09'],
    ...['Ext1-FIPS-PQ-2025-09', 'Ext2-FIPS-PQ-2025-09'],
    ...['RFC9151-FIPS-2023-07', 'Ext0-RFC9151-FIPS-2023-07'],
    ...[1, 2, 3, 4].map((number) => `RFC9151-INTEROP${number}-FIPS-2023-07`),
  ],
  'TLSv1.1': ['2021-06', 'FIPS-2023-04'],
  TLSv1: ['2021-06', 'FIPS-2023-04', 'PQ-2025-09', 'FIPS-PQ-2025-09'],
} as const;

const minors = { 'TLSv1.3': '1-3', 'TLSv1.2': '1-2', 'TLSv1.1': '1-1', TLSv1: '1-0' } as const;

const tls13Policies = versions.flatMap((oldest, index) =>
  withTls13[oldest].map(
    (suffix) => [`ELBSecurityPolicy-TLS13-${minors[oldest]}-${suffix}`, versions.slice(index)] as const,
  ),
);

const olderPolicies = {
  'ELBSecurityPolicy-TLS-1-2-Ext-2018-06': only12,
  'ELBSecurityPolicy-TLS-1-2-2017-01': only12,
  'ELBSecurityPolicy-TLS-1-1-2017-01': from11To12,
  'ELBSecurityPolicy-TLS-1-0-2015-04': from10To12,
  'ELBSecurityPolicy-FS-1-2-Res-2020-10': only12,
  'ELBSecurityPolicy-FS-1-2-Res-2019-08': only12,
  'ELBSecurityPolicy-FS-1-2-2019-08': only12,
  'ELBSecurityPolicy-FS-1-1-2019-08': from11To12,
  'ELBSecurityPolicy-FS-2018-06': from10To12,
  'ELBSecurityPolicy-2016-08': from10To12,
  'ELBSecurityPolicy-2015-05': from10To12,
} as const;

/**
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html
 */
export const sslPolicies: readonly SslPolicyResource[] = [
  ...tls13Policies,
  ...Object.entries(olderPolicies),
].map(([Name, SslProtocols]) => ({ Name, SslProtocols, SupportedLoadBalancerTypes: both }));

/**
 * The predefined policies of classic load balancers, besides the samples. SSL 3.0 was taken out with 2014-10.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-security-policy-table.html
 */
export const classicSslPolicies: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['ELBSecurityPolicy-TLS-1-2-2017-01', only12],
  ['ELBSecurityPolicy-TLS-1-1-2017-01', from11To12],
  ['ELBSecurityPolicy-2016-08', from10To12],
  ['ELBSecurityPolicy-2015-05', from10To12],
  ['ELBSecurityPolicy-2015-03', from10To12],
  ['ELBSecurityPolicy-2015-02', from10To12],
  ['ELBSecurityPolicy-2014-10', from10To12],
  ['ELBSecurityPolicy-2014-01', ['SSLv3', ...from10To12]],
  ['ELBSecurityPolicy-2011-08', ['SSLv3', 'TLSv1']],
]);
