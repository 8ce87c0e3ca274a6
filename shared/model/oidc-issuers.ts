import { parseArn } from './arn.ts';
import { dnsSuffixOf, dualStackSuffixOf, partitionOf } from './partition.ts';

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

const PROVIDER = 'oidc-provider/';
/**
 * `oidc.eks.<region>.<domain>/id/<id>`, or `oidc-eks.<region>.<domain>/id/<id>` by the dual-stack name.
 * https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
 */
const EKS_ISSUER = /^oidc(?<separator>[.-])eks\.(?<region>[a-z0-9-]+)\.(?<domain>[a-z0-9.-]+)\/id\/\w+$/;

/** The issuer as IAM names its provider: without the scheme. */
export function issuerOf(url: string): string {
  return url.replace(/^https:\/\//, '').replace(/\/$/, '');
}

/** The EKS issuer that an IAM OIDC provider is for; `undefined` when it is for another service. */
export function eksIssuerOf(providerArn: string): EksIssuer | undefined {
  const resource = parseArn(providerArn)?.resource ?? '';
  if (!resource.startsWith(PROVIDER)) return undefined;
  const issuer = resource.slice(PROVIDER.length);
  const { separator, region = '', domain } = EKS_ISSUER.exec(issuer.toLowerCase())?.groups ?? {};
  const partition = partitionOf(region);
  const expected = separator === '-' ? dualStackSuffixOf(partition) : dnsSuffixOf(partition);
  return domain === expected ? { arn: providerArn, issuer, region } : undefined;
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
