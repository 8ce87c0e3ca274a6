import * as z from 'zod';
import type { Named, Reading } from './evidence.ts';
import { record } from './record.ts';

/** From eks:DescribeNodegroup. */
export const nodegroupSchema = z.object({
  nodegroupName: z.string().min(1),
  /** For example `AL2023_x86_64_STANDARD`, or `CUSTOM` when the launch template names the image. */
  amiType: z.string().optional(),
  status: z.string().optional(),
  /** An ARN. */
  nodeRole: z.string().optional(),
  subnets: z.array(z.string()).optional(),
  /** The owner's template. Without it EKS makes one, which leaves addresses to the subnet. */
  launchTemplate: z
    .object({ id: z.string().optional(), name: z.string().optional(), version: z.string().optional() })
    .optional(),
});
export type Nodegroup = z.infer<typeof nodegroupSchema>;

/** From eks:DescribeFargateProfile. */
export const fargateProfileSchema = z.object({
  fargateProfileName: z.string().min(1),
  status: z.string().optional(),
  podExecutionRoleArn: z.string().optional(),
  /** A pod runs on Fargate when one of them matches: its namespace and all labels, with `*` and `?`. */
  selectors: z
    .array(z.object({ namespace: z.string().optional(), labels: record(z.string(), z.string()).optional() }))
    .optional(),
});
export type FargateProfile = z.infer<typeof fargateProfileSchema>;

/** From eks:ListPodIdentityAssociations. */
export const podIdentityAssociationSchema = z.object({
  namespace: z.string(),
  serviceAccount: z.string(),
});
export type PodIdentityAssociation = z.infer<typeof podIdentityAssociationSchema>;

/** What a cluster's pods run on, and the roles they have. */
export interface NodeFacts {
  readonly nodegroups: Reading<readonly Named<Nodegroup>[]>;
  readonly fargateProfiles: Reading<readonly Named<FargateProfile>[]>;
  readonly podIdentityAssociations: Reading<readonly PodIdentityAssociation[]>;
}
