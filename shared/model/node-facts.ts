import { z } from 'zod';
import type { Named, Reading } from './evidence.ts';

/** From eks:DescribeNodegroup. */
export const nodegroupSchema = z.object({
  nodegroupName: z.string().min(1),
  nodegroupArn: z.string().optional(),
  status: z.string().optional(),
  /** An ARN. */
  nodeRole: z.string().optional(),
  subnets: z.array(z.string()).optional(),
  launchTemplate: z
    .object({ id: z.string().optional(), name: z.string().optional(), version: z.string().optional() })
    .optional(),
});
export type Nodegroup = z.infer<typeof nodegroupSchema>;

/** From eks:DescribeFargateProfile. */
export const fargateProfileSchema = z.object({
  fargateProfileName: z.string().min(1),
  podExecutionRoleArn: z.string().optional(),
  selectors: z
    .array(
      z.object({ namespace: z.string().optional(), labels: z.record(z.string(), z.string()).optional() }),
    )
    .optional(),
});
export type FargateProfile = z.infer<typeof fargateProfileSchema>;

/** From eks:ListPodIdentityAssociations. */
export const podIdentityAssociationSchema = z.object({
  namespace: z.string(),
  serviceAccount: z.string(),
  associationArn: z.string().optional(),
});
export type PodIdentityAssociation = z.infer<typeof podIdentityAssociationSchema>;

/** What runs a cluster's pods, and as whom. */
export interface NodeFacts {
  readonly nodegroups: Reading<readonly Named<Nodegroup>[]>;
  readonly fargateProfiles: Reading<readonly Named<FargateProfile>[]>;
  readonly podIdentityAssociations: Reading<readonly PodIdentityAssociation[]>;
}
