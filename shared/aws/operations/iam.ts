import {
  GetAccountAuthorizationDetailsCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import * as z from 'zod';
import { ifAbsent } from '../../model/absence.ts';
import { listing, operation } from '../operation.ts';

/* https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html */

const client = IAMClient;
const text = z.string().min(1);

const inlinePolicies = z.array(z.object({ PolicyName: text, PolicyDocument: z.string() }));

const identity = {
  Arn: text,
  AttachedManagedPolicies: z.array(z.object({ PolicyArn: text })),
};

const boundary = {
  PermissionsBoundary: ifAbsent(z.object({ PermissionsBoundaryArn: text }), 'it has none'),
};

const role = z.object({
  ...identity,
  ...boundary,
  RoleName: text,
  Path: text,
  /** Judged role by role: one without leaves the others readable. */
  AssumeRolePolicyDocument: z.string().optional(),
  RolePolicyList: inlinePolicies,
  InstanceProfileList: z.array(z.object({ Arn: text })),
});
export type DescribedRole = z.infer<typeof role>;

const user = z.object({
  ...identity,
  ...boundary,
  UserName: text,
  /** The documentation's own example leaves it out. */
  UserPolicyList: ifAbsent(inlinePolicies, 'it has none'),
  GroupList: z.array(text),
});
export type DescribedUser = z.infer<typeof user>;

const group = z.object({ ...identity, GroupName: text, GroupPolicyList: inlinePolicies });
export type DescribedGroup = z.infer<typeof group>;

const managedPolicy = z.object({
  Arn: text,
  DefaultVersionId: text,
  PolicyVersionList: z.array(
    z.object({ VersionId: text, IsDefaultVersion: z.boolean().optional(), Document: z.string().optional() }),
  ),
});
export type DescribedManagedPolicy = z.infer<typeof managedPolicy>;

/** AWS answers with all four lists on each page, also when they are empty. */
const authorizationDetails = z
  .object({
    RoleDetailList: z.array(role),
    UserDetailList: z.array(user),
    GroupDetailList: z.array(group),
    Policies: z.array(managedPolicy),
    IsTruncated: z.boolean(),
    Marker: z.string().optional(),
  })
  .refine((page) => !page.IsTruncated || page.Marker, 'there are more pages, but no marker of the next');
export type AuthorizationDetails = z.infer<typeof authorizationDetails>;

/** Its items are whole pages. */
export const getAccountAuthorizationDetails = listing({
  action: 'iam:GetAccountAuthorizationDetails',
  client,
  command: GetAccountAuthorizationDetailsCommand,
  token: 'Marker',
  answer: authorizationDetails.transform((page) => ({
    items: [page],
    next: page.IsTruncated ? page.Marker : undefined,
  })),
});

export const listOpenIdConnectProviders = operation({
  action: 'iam:ListOpenIDConnectProviders',
  client,
  command: ListOpenIDConnectProvidersCommand,
  answer: z
    .object({ OpenIDConnectProviderList: z.array(z.object({ Arn: text })) })
    .transform(({ OpenIDConnectProviderList }) => OpenIDConnectProviderList.map(({ Arn }) => Arn)),
});
