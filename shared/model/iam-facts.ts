import * as z from 'zod';
import type { Reading } from './evidence.ts';

/** An inline policy, its document as JSON text (decoded). */
const inlinePolicySchema = z.object({ name: z.string().min(1), document: z.string() });

const withPolicies = {
  arn: z.string().min(1),
  /** Unique in the account; the ARN has the path before it. */
  name: z.string().min(1),
  inlinePolicies: z.array(inlinePolicySchema),
  /** ARNs of managed policies. */
  attachedPolicies: z.array(z.string().min(1)),
};

const withBoundary = {
  /** ARN of a managed policy. */
  permissionsBoundary: z.string().min(1).optional(),
};

const iamRoleSchema = z.object({
  ...withPolicies,
  ...withBoundary,
  path: z.string().min(1),
  /** The trust policy's document (decoded); empty when AWS did not send it. */
  trustPolicy: z.string(),
  /** ARNs of the instance profiles that it is in. */
  instanceProfiles: z.array(z.string().min(1)),
});
export type IamRole = z.infer<typeof iamRoleSchema>;

const iamUserSchema = z.object({
  ...withPolicies,
  ...withBoundary,
  /** Names of groups. */
  groups: z.array(z.string().min(1)),
});
export type IamUser = z.infer<typeof iamUserSchema>;

const iamGroupSchema = z.object(withPolicies);
export type IamGroup = z.infer<typeof iamGroupSchema>;

/** A managed policy with the document of its default version (decoded). */
const managedPolicySchema = z.object({
  arn: z.string().min(1),
  document: z.string(),
});
export type ManagedPolicy = z.infer<typeof managedPolicySchema>;

/** From iam:GetAccountAuthorizationDetails. */
const iamSchema = z.object({
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
