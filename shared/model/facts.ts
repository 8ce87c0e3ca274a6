import * as z from 'zod';
import { ifAbsent } from './absence.ts';
import type { Evidence, Named, Reading } from './evidence.ts';
import type { IamFacts } from './iam-facts.ts';
import type { KubernetesFacts } from './kubernetes-facts.ts';
import type { LoadBalancerFacts } from './load-balancer-facts.ts';
import type { NetworkFacts } from './network-facts.ts';
import type { NodeFacts } from './node-facts.ts';
import type { OwnIssuers } from './oidc-issuers.ts';
import { record } from './record.ts';
import type { RegistryFacts } from './registry-facts.ts';

/*
 * The facts that controls judge by: what AWS answers, reduced to the fields that are used.
 * Each is a schema, because AWS's answers and saved inventories are both checked when they come in.
 * Every field that AWS may leave out is optional.
 */

const tags = record(z.string(), z.string());

/** From eks:DescribeCluster. */
export const clusterSchema = z.object({
  name: z.string().min(1),
  arn: z.string().min(1),
  status: z.string().optional(),
  version: z.string().optional(),
  endpoint: z.string().optional(),
  tags: tags.optional(),
  resourcesVpcConfig: z
    .object({
      vpcId: z.string().optional(),
      subnetIds: z.array(z.string()).optional(),
      endpointPublicAccess: z.boolean().optional(),
      endpointPrivateAccess: z.boolean().optional(),
      publicAccessCidrs: ifAbsent(z.array(z.string()).nullable(), 'everyone: the default is 0.0.0.0/0'),
    })
    .optional(),
  kubernetesNetworkConfig: z.object({ ipFamily: z.string().optional() }).optional(),
  logging: z
    .object({
      clusterLogging: z
        .array(z.object({ types: z.array(z.string()).optional(), enabled: z.boolean().optional() }))
        .optional(),
    })
    .optional(),
  encryptionConfig: ifAbsent(
    z.array(
      z.object({
        /** Deprecated: it can only be `secrets`. */
        resources: ifAbsent(z.array(z.string()), 'secrets'),
        provider: ifAbsent(
          z.object({ keyArn: ifAbsent(z.string(), 'no key of the customer') }),
          'no key of the customer',
        ),
      }),
    ),
    'no key of the customer',
  ),
  identity: z.object({ oidc: z.object({ issuer: z.string().optional() }).optional() }).optional(),
  accessConfig: z.object({ authenticationMode: z.string().optional() }).optional(),
  computeConfig: z
    .object({
      enabled: z.boolean().optional(),
      nodeRoleArn: z.string().optional(),
    })
    .optional(),
});
export type Cluster = z.infer<typeof clusterSchema>;

/** From kms:DescribeKey. */
const kmsKeySchema = z.object({
  arn: z.string().min(1),
  /** `CUSTOMER` or `AWS`. */
  keyManager: z.string(),
  /** For example `Enabled`, `Disabled`, `PendingDeletion`. */
  keyState: z.string(),
});
export type KmsKey = z.infer<typeof kmsKeySchema>;

/** From eks:DescribeAddon. */
export const addonSchema = z.object({
  addonName: z.string().min(1),
  status: z.string().optional(),
  /** JSON or YAML, as its owner wrote it. */
  configurationValues: ifAbsent(z.string(), 'the defaults of the add-on'),
});
export type Addon = z.infer<typeof addonSchema>;

/** From eks:DescribeAccessEntry. */
export const accessEntrySchema = z.object({
  principalArn: z.string().min(1),
  type: z.string().optional(),
  kubernetesGroups: z.array(z.string()).optional(),
});
export type AccessEntry = z.infer<typeof accessEntrySchema>;

/** From eks:DescribeIdentityProviderConfig. */
export const identityProviderSchema = z.object({
  identityProviderConfigName: z.string().min(1),
  issuerUrl: z.string().min(1),
  status: z.string().optional(),
});
export type IdentityProvider = z.infer<typeof identityProviderSchema>;

/** What is known of one cluster. */
export interface ClusterFacts extends NodeFacts, KubernetesFacts {
  readonly cluster: Reading<Cluster>;
  /** The key that encrypts secrets; absent when none is configured, or the configured one does not exist. */
  readonly secretsKey: Evidence<KmsKey>;
  /** Of the installed add-ons, the Pod Identity agent and those that enforce network policies besides the VPC CNI. */
  readonly addons: Reading<readonly Named<Addon>[]>;
  /** The VPC CNI add-on; absent when it is not installed as an add-on. */
  readonly vpcCni: Evidence<Addon>;
  readonly identityProviders: Reading<readonly Named<IdentityProvider>[]>;
  /** Absent when the cluster's authentication mode is CONFIG_MAP, which has no access entries. */
  readonly accessEntries: Evidence<readonly Named<AccessEntry>[]>;
}

/** What is known of one Region of an account, read once for all its clusters. */
export interface RegionFacts extends RegistryFacts, NetworkFacts, LoadBalancerFacts {}

/** What is known of an account, read once for all its Regions. */
export interface AccountFacts extends IamFacts {}

/** What the inventory itself tells: no collector reads it. */
export interface InventoryFacts {
  /** Of the Region, whether or not they were read. */
  readonly clusterNames: Reading<readonly string[]>;
  readonly ownIssuers: Reading<OwnIssuers>;
}
export const INVENTORY_FACTS: readonly string[] = [
  'clusterNames',
  'ownIssuers',
] satisfies (keyof InventoryFacts)[];
