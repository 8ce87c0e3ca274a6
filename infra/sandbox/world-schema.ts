import {
  Instance$,
  NetworkInterface$,
  ResponseLaunchTemplateData$,
  RouteTable$,
  Subnet$,
  Vpc$,
} from '@aws-sdk/client-ec2';
import { PullThroughCacheRule$, RegistryScanningConfiguration$, Repository$ } from '@aws-sdk/client-ecr';
import {
  AccessEntry$,
  Addon$,
  AssociatedAccessPolicy$,
  Cluster$,
  FargateProfile$,
  Nodegroup$,
  OidcIdentityProviderConfig$,
  PodIdentityAssociation$,
} from '@aws-sdk/client-eks';
import { LoadBalancerDescription$, PolicyDescription$ } from '@aws-sdk/client-elastic-load-balancing';
import { Listener$, LoadBalancer$, Rule$ } from '@aws-sdk/client-elastic-load-balancing-v2';
import { KeyManagerType, KeyMetadata$, KeyState } from '@aws-sdk/client-kms';
import * as z from 'zod';
import { kubernetesSchema } from './kubernetes/cluster.ts';
import { knownPartitions } from './regions.ts';
import { type Shape, unknownMembers } from './shapes.ts';
import { accountStatuses, regionLinkingModes } from './world-data.ts';

const accountId = z.string().regex(/^\d{12}$/, 'an account id has 12 digits');
const texts = z.array(z.string());
const document = z.union([z.string(), z.record(z.string(), z.unknown())]);
const tags = z.record(z.string(), z.string());

/** A resource: `own` keys of the world beside the members of the AWS shape, and no other. */
function resource<Own extends z.core.$ZodLooseShape>(shape: Shape, own: Own) {
  return z.looseObject(own).superRefine((value, context) => {
    const members = Object.entries(value).filter(([key]) => !(key in own));
    for (const issue of unknownMembers(Object.fromEntries(members), shape)) {
      context.addIssue({ code: 'custom', path: [...issue.path], message: issue.message });
    }
  });
}

const region = z.string();
const regional = { region, tags: tags.exactOptional() };
const list = <Item extends z.ZodType>(item: Item) => z.array(item).exactOptional();

const cluster = resource(Cluster$, {
  region,
  name: z.string(),
  addons: list(z.union([z.string(), resource(Addon$, {})])),
  nodegroups: list(resource(Nodegroup$, {})),
  fargateProfiles: list(resource(FargateProfile$, {})),
  accessEntries: list(
    resource(AccessEntry$, { accessPolicies: list(resource(AssociatedAccessPolicy$, {})) }),
  ),
  podIdentityAssociations: list(resource(PodIdentityAssociation$, {})),
  identityProviderConfigs: list(resource(OidcIdentityProviderConfig$, {})),
  kubernetes: kubernetesSchema.exactOptional(),
});

const kmsKey = resource(KeyMetadata$, {
  region,
  keyId: z.string().exactOptional(),
  keyState: z.enum(KeyState).exactOptional(),
  keyManager: z.enum(KeyManagerType).exactOptional(),
  aliases: texts.exactOptional(),
  sharedWith: texts.exactOptional(),
});

const repository = resource(Repository$, {
  ...regional,
  repositoryName: z.string(),
  policy: document.nullable().exactOptional(),
});

const registry = z.strictObject({
  region,
  scanning: resource(RegistryScanningConfiguration$, {}).exactOptional(),
  policy: document.nullable().exactOptional(),
  pullThroughCacheRules: list(resource(PullThroughCacheRule$, {})),
});

const loadBalancer = resource(LoadBalancer$, {
  ...regional,
  LoadBalancerName: z.string(),
  listeners: list(resource(Listener$, { rules: list(resource(Rule$, {})) })),
});

const classicLoadBalancer = resource(LoadBalancerDescription$, {
  ...regional,
  LoadBalancerName: z.string(),
  policies: list(resource(PolicyDescription$, {})),
});

/** `id` and `arn` are those that the sandbox generates: a world that was built has them. */
const generated = { id: z.string().exactOptional(), arn: z.string().exactOptional() };
const boundary = z.string().nullable().exactOptional();
const identity = z.strictObject({
  ...generated,
  name: z.string(),
  path: z.string().exactOptional(),
  attached: texts.exactOptional(),
  inline: z.record(z.string(), document).exactOptional(),
  tags: tags.exactOptional(),
});

const iam = z.strictObject({
  users: z.array(identity.extend({ groups: texts.exactOptional(), boundary })).default([]),
  groups: z.array(identity).default([]),
  roles: z
    .array(
      identity.extend({
        trust: document.exactOptional(),
        boundary,
        instanceProfiles: texts.exactOptional(),
      }),
    )
    .default([]),
  /** AWS managed policies are given by their `arn`. */
  policies: z
    .array(
      z.strictObject({
        ...generated,
        name: z.string().exactOptional(),
        path: z.string().exactOptional(),
        document: document.exactOptional(),
        versions: list(
          z.strictObject({
            document,
            id: z.string().exactOptional(),
            isDefault: z.boolean().exactOptional(),
          }),
        ),
      }),
    )
    .default([]),
  oidcProviders: z
    .array(
      z.strictObject({
        url: z.string(),
        arn: z.string().exactOptional(),
        clientIds: texts.exactOptional(),
        tags: tags.exactOptional(),
      }),
    )
    .default([]),
});

const ec2 = z.strictObject({
  instances: z.array(resource(Instance$, regional)).default([]),
  vpcs: z
    .array(
      resource(Vpc$, { ...regional, VpcId: z.string(), mainRouteTable: z.literal(false).exactOptional() }),
    )
    .default([]),
  subnets: z.array(resource(Subnet$, { ...regional, SubnetId: z.string() })).default([]),
  routeTables: z
    .array(
      resource(RouteTable$, {
        ...regional,
        RouteTableId: z.string(),
        main: z.boolean().exactOptional(),
      }),
    )
    .default([]),
  launchTemplates: z
    .array(
      z.strictObject({
        region,
        id: z.string(),
        name: z.string().exactOptional(),
        versions: z.array(resource(ResponseLaunchTemplateData$, {})),
        defaultVersion: z.number().int().min(1).exactOptional(),
      }),
    )
    .default([]),
  networkInterfaces: z.array(resource(NetworkInterface$, regional)).default([]),
});

const accountSchema = z.strictObject({
  id: accountId,
  name: z.string().exactOptional(),
  email: z.string().exactOptional(),
  ou: z.string().nullable().exactOptional(),
  status: z.enum(accountStatuses).exactOptional(),
  roles: z
    .array(
      z.strictObject({
        name: z.string(),
        externalId: z.string().exactOptional(),
        trusts: texts.exactOptional(),
        maxSessionDuration: z.number().int().min(3600).max(43200).exactOptional(),
      }),
    )
    .exactOptional(),
  regions: z.strictObject({ enabled: texts.exactOptional(), optIn: texts.exactOptional() }).exactOptional(),
  securityHub: z.strictObject({ disabledRegions: texts.exactOptional() }).exactOptional(),
  buckets: texts.exactOptional(),
  clusters: list(cluster),
  kmsKeys: list(kmsKey),
  repositories: list(repository),
  registries: list(registry),
  iam: iam.exactOptional(),
  ec2: ec2.exactOptional(),
  loadBalancers: list(loadBalancer),
  classicLoadBalancers: list(classicLoadBalancer),
});

/** The contents of a world file. */
export const worldSchema = z.strictObject({
  partition: z.enum(knownPartitions).exactOptional(),
  organization: z
    .strictObject({
      id: z.string().exactOptional(),
      managementAccountId: accountId.exactOptional(),
      delegatedAdministrators: z.array(accountId).exactOptional(),
      rootId: z.string().exactOptional(),
      organizationalUnits: z
        .array(
          z.strictObject({
            id: z.string(),
            name: z.string().exactOptional(),
            parent: z.string().exactOptional(),
          }),
        )
        .exactOptional(),
      securityHub: z
        .strictObject({
          administrator: accountId.exactOptional(),
          aggregationRegion: z.string().exactOptional(),
          regionLinking: z
            .strictObject({ mode: z.enum(regionLinkingModes), regions: z.array(z.string()).exactOptional() })
            .exactOptional(),
        })
        .exactOptional(),
    })
    .exactOptional(),
  accounts: z.array(accountSchema).exactOptional(),
});

/** An account in a world file. */
export type AccountFile = z.output<typeof accountSchema>;
