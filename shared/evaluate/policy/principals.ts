import { type Arn, parseArn } from '../../model/arn.ts';

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
/** IAM identifiers, IAM User Guide "IAM identifiers": AIDA… users, AROA… roles, and so on. */
const UNIQUE_ID = /^A[A-Z]{3}[A-Z0-9]{12,}$/;

/**
 * Reads one value of a principal's `AWS` list. AWS takes no wildcards but `*` alone; others that turn up anyway are
 * taken for everyone, unless the account is spelt out.
 *
 * @returns undefined when it is none of the documented forms.
 */
export function parseAwsPrincipal(text: string): Principal | undefined {
  if (ACCOUNT.test(text)) return { kind: 'account', accountId: text };
  const arn = parseArn(text);
  if (arn && isIdentity(arn)) {
    const { service, accountId, resource } = arn;
    const isRoot = service === 'iam' && resource === 'root';
    return isRoot ? { kind: 'account', accountId } : { kind: 'identity', accountId, arn: text };
  }
  if (UNIQUE_ID.test(text)) return { kind: 'deleted-identity', uniqueId: text };
  if (/[*?]/.test(text)) return { kind: 'everyone' };
  if (arn && isCloudFrontIdentity(arn)) return { kind: 'service', service: 'cloudfront.amazonaws.com' };
  return undefined;
}

function isIdentity({ service, region, accountId }: Arn): boolean {
  return (service === 'iam' || service === 'sts') && region === '' && ACCOUNT.test(accountId);
}

/** An origin access identity: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html */
function isCloudFrontIdentity({ service, region, accountId, resource }: Arn): boolean {
  return service === 'iam' && region === '' && accountId === 'cloudfront' && resource.startsWith('user/');
}

export function isEveryone({ negated, members }: Principals): boolean {
  return !negated && members.some(({ kind }) => kind === 'everyone');
}
