/** Someone a policy names. `everyone` includes people without any AWS account of yours. */
export type Principal =
  | { readonly kind: 'everyone' }
  /** A whole account: its root, and everyone the account itself lets. */
  | { readonly kind: 'account'; readonly accountId: string }
  /** One role, user or session. */
  | { readonly kind: 'identity'; readonly accountId: string; readonly arn: string }
  /** AWS writes the unique id in place of a deleted user's or role's ARN. It lets nobody in any more. */
  | { readonly kind: 'deleted-identity'; readonly uniqueId: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'federated'; readonly provider: string }
  | { readonly kind: 'canonical-user'; readonly canonicalId: string };

/** Who `Principal` names, or with `NotPrincipal` whom it leaves out. */
export interface Principals {
  readonly negated: boolean;
  readonly members: readonly Principal[];
}

const ACCOUNT = /^\d{12}$/;
const ROOT = /^arn:[a-z-]+:iam::(\d{12}):root$/;
const IDENTITY = /^arn:[a-z-]+:(?:iam|sts)::(\d{12}):\S.*$/;
/** IAM identifiers, IAM User Guide "IAM identifiers": AIDA… users, AROA… roles, and so on. */
const UNIQUE_ID = /^A[A-Z]{3}[A-Z0-9]{12,}$/;
const CLOUDFRONT_IDENTITY = /^arn:[a-z-]+:iam::cloudfront:user\/.+$/;

/**
 * Reads one value of a principal's `AWS` list. AWS takes no wildcards but `*` alone; others that turn up anyway are
 * taken for everyone, unless the account is spelt out.
 *
 * @returns undefined when it is none of the documented forms.
 */
export function parseAwsPrincipal(text: string): Principal | undefined {
  const accountId = ACCOUNT.exec(text)?.[0] ?? ROOT.exec(text)?.[1];
  if (accountId !== undefined) return { kind: 'account', accountId };
  const owner = IDENTITY.exec(text)?.[1];
  if (owner !== undefined) return { kind: 'identity', accountId: owner, arn: text };
  if (UNIQUE_ID.test(text)) return { kind: 'deleted-identity', uniqueId: text };
  if (/[*?]/.test(text)) return { kind: 'everyone' };
  if (CLOUDFRONT_IDENTITY.test(text)) return { kind: 'service', service: 'cloudfront.amazonaws.com' };
  return undefined;
}

export function isEveryone({ negated, members }: Principals): boolean {
  return !negated && members.some(({ kind }) => kind === 'everyone');
}
