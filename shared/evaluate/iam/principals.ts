import { ACCOUNT_ID, type Arn, parseArn } from '../../model/arn.ts';

/** A principal in a policy. `everyone` includes anonymous callers and all other AWS accounts. */
export type Principal =
  | { readonly kind: 'everyone' }
  /** A wildcard that AWS does not document: everyone on an Allow, and on a Deny nobody, so that nothing is excused by it. */
  | { readonly kind: 'wildcard' }
  /** A whole account: its root, and every identity that the account itself gives the permission. */
  | { readonly kind: 'account'; readonly accountId: string }
  /** One role, user or session. */
  | { readonly kind: 'identity'; readonly accountId: string; readonly arn: string }
  /** AWS writes the unique id in place of a deleted user's or role's ARN. It gives nobody access any more. */
  | { readonly kind: 'deleted-identity' }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'federated'; readonly provider: string }
  | { readonly kind: 'canonical-user'; readonly canonicalId: string };

/** The members of `Principal`, or of `NotPrincipal` when negated. */
export interface Principals {
  readonly negated: boolean;
  readonly members: readonly Principal[];
}

/** IAM identifiers, IAM User Guide "IAM identifiers": AIDA… users, AROA… roles, and so on; with the name of a session. */
const UNIQUE_ID = /^A[A-Z]{3}[A-Z0-9]{12,}(?::[\w+=,.@-]+)?$/;

/**
 * Parses one value of a principal's `AWS` list. The only wildcard that AWS accepts is `*` alone; of others, those count
 * that name the account.
 *
 * @returns undefined when the value has none of the documented forms.
 */
export function parseAwsPrincipal(text: string): Principal | undefined {
  if (ACCOUNT_ID.test(text)) return { kind: 'account', accountId: text };
  const arn = parseArn(text);
  if (arn && isOfAccount(arn)) {
    const { service, accountId, resource } = arn;
    const isRoot = service === 'iam' && resource === 'root';
    return isRoot ? { kind: 'account', accountId } : { kind: 'identity', accountId, arn: text };
  }
  if (UNIQUE_ID.test(text)) return { kind: 'deleted-identity' };
  if (text === '*') return { kind: 'everyone' };
  if (/[*?]/.test(text)) return { kind: 'wildcard' };
  if (arn && isCloudFrontIdentity(arn)) return { kind: 'service', service: 'cloudfront.amazonaws.com' };
  return undefined;
}

/** Whether it is the root, an identity or a session of an account. */
function isOfAccount({ service, region, accountId }: Arn): boolean {
  return (service === 'iam' || service === 'sts') && region === '' && ACCOUNT_ID.test(accountId);
}

/** An origin access identity: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html */
function isCloudFrontIdentity({ service, region, accountId, resource }: Arn): boolean {
  return service === 'iam' && region === '' && accountId === 'cloudfront' && resource.startsWith('user/');
}

export function includesEveryone({ negated, members }: Principals): boolean {
  return !negated && members.some(({ kind }) => kind === 'everyone');
}
