/** A principal in a policy. `everyone` includes anonymous callers and all other AWS accounts. */
export type Principal =
  | { readonly kind: 'everyone' }
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

const ACCOUNT_ID = /^\d{12}$/;
const ROOT_ARN = /^arn:[a-z-]+:iam::(\d{12}):root$/;
const IDENTITY_ARN = /^arn:[a-z-]+:(?:iam|sts)::(\d{12}):\S.*$/;
/** IAM identifiers, IAM User Guide "IAM identifiers": AIDA… users, AROA… roles, and so on. */
const UNIQUE_ID = /^A[A-Z]{3}[A-Z0-9]{12,}$/;
const CLOUDFRONT_IDENTITY_ARN = /^arn:[a-z-]+:iam::cloudfront:user\/.+$/;

/**
 * Parses one value of a principal's `AWS` list. The only wildcard that AWS accepts is `*` alone; values with others are
 * read as everyone, unless they name the account.
 *
 * @returns undefined when the value has none of the documented forms.
 */
export function parseAwsPrincipal(text: string): Principal | undefined {
  const accountId = ACCOUNT_ID.exec(text)?.[0] ?? ROOT_ARN.exec(text)?.[1];
  if (accountId !== undefined) return { kind: 'account', accountId };
  const ownerId = IDENTITY_ARN.exec(text)?.[1];
  if (ownerId !== undefined) return { kind: 'identity', accountId: ownerId, arn: text };
  if (UNIQUE_ID.test(text)) return { kind: 'deleted-identity' };
  if (/[*?]/.test(text)) return { kind: 'everyone' };
  if (CLOUDFRONT_IDENTITY_ARN.test(text)) return { kind: 'service', service: 'cloudfront.amazonaws.com' };
  return undefined;
}

export function includesEveryone({ negated, members }: Principals): boolean {
  return !negated && members.some(({ kind }) => kind === 'everyone');
}
