const tls10 = ['TLSv1', 'TLSv1.1', 'TLSv1.2'];
const tls11 = ['TLSv1.1', 'TLSv1.2'];
const tls12 = ['TLSv1.2'];
const both = ['application', 'network'];

/** A predefined security policy and the protocol versions that it lets clients use. */
export interface SslPolicyResource {
  readonly Name: string;
  readonly SslProtocols: readonly string[];
  readonly SupportedLoadBalancerTypes: readonly string[];
}

const protocolsOf: Readonly<Record<string, readonly string[]>> = {
  'ELBSecurityPolicy-TLS13-1-3-2021-06': ['TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-2-2021-06': [...tls12, 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-2-Res-2021-06': [...tls12, 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06': [...tls12, 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06': [...tls12, 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-1-2021-06': [...tls11, 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-0-2021-06': [...tls10, 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04': ['TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04': [...tls12, 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04': [...tls11, 'TLSv1.3'],
  'ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04': [...tls10, 'TLSv1.3'],
  'ELBSecurityPolicy-TLS-1-2-Ext-2018-06': tls12,
  'ELBSecurityPolicy-TLS-1-2-2017-01': tls12,
  'ELBSecurityPolicy-TLS-1-1-2017-01': tls11,
  'ELBSecurityPolicy-TLS-1-0-2015-04': tls10,
  'ELBSecurityPolicy-FS-1-2-Res-2020-10': tls12,
  'ELBSecurityPolicy-FS-1-2-Res-2019-08': tls12,
  'ELBSecurityPolicy-FS-1-2-2019-08': tls12,
  'ELBSecurityPolicy-FS-1-1-2019-08': tls11,
  'ELBSecurityPolicy-FS-2018-06': tls10,
  'ELBSecurityPolicy-2016-08': tls10,
  'ELBSecurityPolicy-2015-05': tls10,
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
export const sslPolicies: readonly SslPolicyResource[] = Object.entries(protocolsOf).map(
  ([Name, SslProtocols]) => {
    return { Name, SslProtocols, SupportedLoadBalancerTypes: both };
  },
);

/** The predefined policies that classic load balancers offer besides those of their own. */
export const classicSslPolicies: readonly SslPolicyResource[] = sslPolicies.filter(({ Name }) =>
  [
    'ELBSecurityPolicy-TLS-1-2-2017-01',
    'ELBSecurityPolicy-TLS-1-1-2017-01',
    'ELBSecurityPolicy-2016-08',
    'ELBSecurityPolicy-2015-05',
  ].includes(Name),
);
