import { z } from 'zod';
import type { Reading } from './evidence.ts';

/** An inline policy, its document as JSON text (decoded). */
const inlinePolicySchema = z.object({ name: z.string(), document: z.string() });

const identity = {
  arn: z.string().min(1),
  name: z.string().min(1),
  inlinePolicies: z.array(inlinePolicySchema),
  /** ARNs of managed policies. */
  attachedPolicies: z.array(z.string()),
};

export const iamRoleSchema = z.object({
  ...identity,
  path: z.string().optional(),
  /** The trust policy's document. */
  trustPolicy: z.string().optional(),
  /** ARN of the managed policy that bounds it. */
  permissionsBoundary: z.string().optional(),
  /** ARNs of the instance profiles that hold it. */
  instanceProfiles: z.array(z.string()),
});
export type IamRole = z.infer<typeof iamRoleSchema>;

export const iamUserSchema = z.object({
  ...identity,
  /** Names of groups. */
  groups: z.array(z.string()),
  permissionsBoundary: z.string().optional(),
});
export type IamUser = z.infer<typeof iamUserSchema>;

export const iamGroupSchema = z.object(identity);
export type IamGroup = z.infer<typeof iamGroupSchema>;

/** A managed policy with the document of its default version. */
export const managedPolicySchema = z.object({
  arn: z.string().min(1),
  name: z.string().min(1),
  document: z.string(),
});
export type ManagedPolicy = z.infer<typeof managedPolicySchema>;

/** From iam:GetAccountAuthorizationDetails. */
export const iamSchema = z.object({
  roles: z.array(iamRoleSchema),
  users: z.array(iamUserSchema),
  groups: z.array(iamGroupSchema),
  managedPolicies: z.array(managedPolicySchema),
});
export type Iam = z.infer<typeof iamSchema>;

export interface IamFacts {
  readonly iam: Reading<Iam>;
  /** ARNs, from iam:ListOpenIDConnectProviders. */
  readonly oidcProviders: Reading<readonly string[]>;
}
