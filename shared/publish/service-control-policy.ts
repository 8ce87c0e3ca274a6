/*
 * Whoever administers an account can import findings there under the account's default product, which the auditor's are
 * of, too. Security Hub cannot tell one from the other; a policy of the organization can.
 */

/** Who may import findings under the default products of accounts, besides the member role. */
export interface PolicyInput {
  readonly partition: string;
  /** The member role's name, with its path if it has one. */
  readonly memberRole: string;
  /** ARNs of roles; `*` stands for any text. */
  readonly otherRoles: readonly string[];
}

/** A service control policy (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html). */
interface ServiceControlPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly [object];
}

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
const MAX_CHARACTERS = 5_120;

/** The name of the audit function's role, which member accounts trust. Its own account it audits without the member role. */
export const AUDIT_ROLE = 'EksAuditorAudit';

export class PolicyTooLongError extends Error {
  override readonly name = 'PolicyTooLongError';
}

/**
 * The policy that lets nobody but these roles import findings under the default product of an account,
 * `product/<account>/default`: that of every integration that has no product of its own. The resource and the action are
 * those of https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecurityhub.html; for the session of
 * a role, `aws:PrincipalArn` is the ARN of the role. Throws PolicyTooLongError.
 */
export function serviceControlPolicy({
  partition,
  memberRole,
  otherRoles,
}: PolicyInput): ServiceControlPolicy {
  const member = `arn:${partition}:iam::*:role/${memberRole.replace(/^\//, '')}`;
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OnlyTheseRolesImportFindings',
        Effect: 'Deny',
        Action: 'securityhub:BatchImportFindings',
        Resource: `arn:${partition}:securityhub:*:*:product/*/default`,
        Condition: { ArnNotLike: { 'aws:PrincipalArn': [...new Set([member, ...otherRoles])] } },
      },
    ],
  } satisfies ServiceControlPolicy;
  const { length } = JSON.stringify(policy);
  if (length <= MAX_CHARACTERS) return policy;
  throw new PolicyTooLongError(
    `the policy has ${length} characters, and AWS Organizations takes ${MAX_CHARACTERS}: name fewer roles, or the same role of all accounts by * in place of the account id`,
  );
}
