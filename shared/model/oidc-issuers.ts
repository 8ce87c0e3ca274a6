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
  /** Regions whose clusters could not be listed, or of which one does not tell its issuer. */
  readonly unclearRegions: readonly string[];
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

/** The EKS issuers for which an account has a provider, without those of its own clusters. */
export interface IssuersOfOthers {
  readonly others: readonly EksIssuer[];
  /** Those that may be of an own cluster, because AWS did not tell. */
  readonly unclear: readonly EksIssuer[];
  /** Those that may be of an own cluster that was not to be read. */
  readonly unread: readonly EksIssuer[];
}

export function issuersOfOthers(oidcProviders: readonly string[], own: OwnIssuers): IssuersOfOthers {
  const kindOf = ({ region }: EksIssuer): keyof IssuersOfOthers => {
    const isSelected = own.regions === 'all' || own.regions.includes(region);
    if (!isSelected || own.unreadRegions.includes(region)) return 'unread';
    return own.unclearRegions.includes(region) ? 'unclear' : 'others';
  };
  const issuers = oidcProviders
    .flatMap((arn) => eksIssuerOf(arn) ?? [])
    .filter(({ issuer }) => !own.known.includes(issuer));
  const byKind = Map.groupBy(issuers, kindOf);
  return {
    others: byKind.get('others') ?? [],
    unclear: byKind.get('unclear') ?? [],
    unread: byKind.get('unread') ?? [],
  };
}
