/** Where a resource is, for a link to the console of AWS. */
export interface ConsolePlace {
  /** The domain of the console in its partition; empty where that is not known. */
  readonly host: string;
  readonly region: string;
  readonly accountId: string;
  readonly type: string;
  readonly name?: string;
  /** The cluster it belongs to. */
  readonly cluster?: string;
}

/** Names as AWS lets them be: with others there is no link. */
const NAME = /^[\w+=,.@/-]+$/;
const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d$/;

/**
 * The page of a resource in the console, or of its cluster; `undefined` where there is none that is known. The account is
 * that into which the reader has signed in. Pure.
 */
export function consoleLink({
  host,
  region,
  accountId,
  type,
  name,
  cluster,
}: ConsolePlace): string | undefined {
  if (host === '' || !REGION.test(region)) return undefined;
  if (name !== undefined && NAME.test(name)) {
    const path = encodeURIComponent(name);
    if (type === 'AwsIamRole') return `https://${host}/iam/home#/roles/details/${path}`;
    if (type === 'AwsIamUser') return `https://${host}/iam/home#/users/details/${path}`;
    if (type === 'AwsEcrRepository')
      return `https://${region}.${host}/ecr/repositories/private/${accountId}/${name}?region=${region}`;
  }
  if (cluster === undefined || !NAME.test(cluster)) return undefined;
  return `https://${region}.${host}/eks/clusters/${encodeURIComponent(cluster)}?region=${region}`;
}
