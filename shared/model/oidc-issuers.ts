import { parseArn } from './arn.ts';

/** The issuer of an EKS cluster's tokens, for which an account has an IAM OIDC provider. */
export interface EksIssuer {
  /** Of the provider: `arn:aws:iam::<account>:oidc-provider/<issuer>` */
  readonly arn: string;
  /** Without `https://`. */
  readonly issuer: string;
  /** The cluster's Region. */
  readonly region: string;
}

/** What is known of the issuers of an account's own clusters. */
export interface OwnIssuers {
  /** Of the clusters that were described, without `https://`. */
  readonly known: readonly string[];
  /** Regions with clusters of the account that were not to be read. */
  readonly unreadRegions: readonly string[];
  /** The Regions that were to be read; `all` when they are all that the account has enabled. */
  readonly regions: readonly string[] | 'all';
}

/**
 * Domains of AWS's partitions: AWS and GovCloud, China, European Sovereign Cloud, the isolated ones.
 * https://github.com/aws/aws-sdk-js-v3/blob/main/packages-internal/core/src/submodules/client/util-endpoints/lib/aws/partitions.json
 */
const DOMAINS = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'cloud.adc-e.uk',
  'csp.hci.ic.gov',
];
const DUAL_STACK_DOMAINS = [
  'api.aws',
  'api.amazonwebservices.com.cn',
  'api.amazonwebservices.eu',
  'api.aws.ic.gov',
  'api.aws.scloud',
  'api.cloud-aws.adc-e.uk',
  'api.aws.hci.ic.gov',
];
const PROVIDER = 'oidc-provider/';
/**
 * `oidc.eks.<region>.<domain>/id/<id>`, or `oidc-eks.<region>.<domain>/id/<id>` by the dual-stack name.
 * https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
 */
const EKS_ISSUER = /^oidc(?<separator>[.-])eks\.(?<region>[a-z0-9-]+)\.(?<domain>[a-z0-9.-]+)\/id\/\w+$/i;

/** The issuer as IAM names its provider: without the scheme. */
export function issuerOf(url: string): string {
  return url.replace(/^https:\/\//, '').replace(/\/$/, '');
}

/** The EKS issuer that an IAM OIDC provider is for; `undefined` when it is for another service. */
export function eksIssuerOf(providerArn: string): EksIssuer | undefined {
  const resource = parseArn(providerArn)?.resource ?? '';
  if (!resource.startsWith(PROVIDER)) return undefined;
  const issuer = resource.slice(PROVIDER.length);
  const { separator, region = '', domain = '' } = EKS_ISSUER.exec(issuer)?.groups ?? {};
  const domains = separator === '-' ? DUAL_STACK_DOMAINS : DOMAINS;
  return domains.includes(domain.toLowerCase())
    ? { arn: providerArn, issuer, region: region.toLowerCase() }
    : undefined;
}

/**
 * The EKS issuers for which an account has a provider and which are not of its own clusters; apart from them those that
 * may be of clusters that were not to be read.
 */
export function issuersOfOthers(
  oidcProviders: readonly string[],
  { known, unreadRegions, regions }: OwnIssuers,
): { readonly others: readonly EksIssuer[]; readonly undecided: readonly EksIssuer[] } {
  const foreign = oidcProviders
    .flatMap((arn) => eksIssuerOf(arn) ?? [])
    .filter(({ issuer }) => !known.includes(issuer));
  const isUndecided = ({ region }: EksIssuer) =>
    unreadRegions.includes(region) || (regions !== 'all' && !regions.includes(region));
  return {
    others: foreign.filter((issuer) => !isUndecided(issuer)),
    undecided: foreign.filter(isUndecided),
  };
}
