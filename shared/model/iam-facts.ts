import * as z from 'zod';
import type { Reading } from './evidence.ts';

/** An inline policy, its document as JSON text (decoded). */
const inlinePolicySchema = z.object({ name: z.string().min(1), document: z.string() });

const holder = {
  arn: z.string().min(1),
  /** Unique in the account; the ARN has the path before it. */
  name: z.string().min(1),
  inlinePolicies: z.array(inlinePolicySchema),
  /** ARNs of managed policies. */
  attachedPolicies: z.array(z.string().min(1)),
};

const bounded = {
  /** ARN of the managed policy that bounds it. */
  permissionsBoundary: z.string().min(1).optional(),
};

export const iamRoleSchema = z.object({
  ...holder,
  ...bounded,
  path: z.string().min(1),
  /** The trust policy's document (decoded). */
  trustPolicy: z.string(),
  /** ARNs of the instance profiles that hold it. */
  instanceProfiles: z.array(z.string().min(1)),
});
export type IamRole = z.infer<typeof iamRoleSchema>;

export const iamUserSchema = z.object({
  ...holder,
  ...bounded,
  /** Names of groups. */
  groups: z.array(z.string().min(1)),
});
export type IamUser = z.infer<typeof iamUserSchema>;

export const iamGroupSchema = z.object(holder);
export type IamGroup = z.infer<typeof iamGroupSchema>;

/** A managed policy with the document of its default version (decoded). */
export const managedPolicySchema = z.object({
  arn: z.string().min(1),
  document: z.string(),
});
export type ManagedPolicy = z.infer<typeof managedPolicySchema>;

/** From iam:GetAccountAuthorizationDetails. */
export const iamSchema = z.object({
  roles: z.array(iamRoleSchema),
  users: z.array(iamUserSchema),
  groups: z.array(iamGroupSchema),
  /** The customer's, and those of AWS that are in use. */
  managedPolicies: z.array(managedPolicySchema),
});
export type Iam = z.infer<typeof iamSchema>;

export interface IamFacts {
  readonly iam: Reading<Iam>;
  /** ARNs, from iam:ListOpenIDConnectProviders. */
  readonly oidcProviders: Reading<readonly string[]>;
}
