import * as z from 'zod';
import { accountStatuses } from './world-data.ts';

const accountId = z.string().regex(/^\d{12}$/, 'an account id has 12 digits');
const texts = z.array(z.string());
const regional = z.looseObject({ region: z.string() });
const named = regional.extend({ name: z.string() });

const document = z.union([z.string(), z.record(z.string(), z.unknown())]);
const tags = z.record(z.string(), z.string());
const identity = z.looseObject({
  name: z.string(),
  path: z.string().exactOptional(),
  attached: texts.exactOptional(),
  inline: z.record(z.string(), document).exactOptional(),
});

const iam = z.strictObject({
  users: z
    .array(
      identity.extend({
        groups: texts.exactOptional(),
        boundary: z.string().nullable().exactOptional(),
        tags: tags.exactOptional(),
      }),
    )
    .default([]),
  groups: z.array(identity).default([]),
  roles: z
    .array(
      identity.extend({
        trust: document.exactOptional(),
        boundary: z.string().nullable().exactOptional(),
        instanceProfiles: texts.exactOptional(),
        tags: tags.exactOptional(),
      }),
    )
    .default([]),
  /** AWS managed policies are given by their `arn`. */
  policies: z
    .array(
      z.looseObject({
        name: z.string().exactOptional(),
        arn: z.string().exactOptional(),
        path: z.string().exactOptional(),
        document: document.exactOptional(),
        versions: z
          .array(z.looseObject({ document, isDefault: z.boolean().exactOptional() }))
          .exactOptional(),
      }),
    )
    .default([]),
  oidcProviders: z
    .array(z.looseObject({ url: z.string(), clientIds: texts.exactOptional(), tags: tags.exactOptional() }))
    .default([]),
});

const ec2 = z.strictObject({
  instances: z.array(regional).default([]),
  vpcs: z.array(regional.extend({ VpcId: z.string() })).default([]),
  subnets: z.array(regional.extend({ SubnetId: z.string() })).default([]),
  routeTables: z.array(regional.extend({ RouteTableId: z.string() })).default([]),
  launchTemplates: z
    .array(
      z.strictObject({
        region: z.string(),
        id: z.string(),
        name: z.string().exactOptional(),
        versions: z.array(z.record(z.string(), z.unknown())),
        defaultVersion: z.number().int().min(1).exactOptional(),
      }),
    )
    .default([]),
  networkInterfaces: z.array(regional).default([]),
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
  clusters: z.array(named).exactOptional(),
  kmsKeys: z.array(regional).exactOptional(),
  repositories: z.array(z.looseObject({ region: z.string(), repositoryName: z.string() })).exactOptional(),
  registries: z.array(regional).exactOptional(),
  iam: iam.exactOptional(),
  ec2: ec2.exactOptional(),
  loadBalancers: z.array(regional.extend({ LoadBalancerName: z.string() })).exactOptional(),
  classicLoadBalancers: z.array(regional.extend({ LoadBalancerName: z.string() })).exactOptional(),
});

/** The contents of a world file. */
export const worldSchema = z.strictObject({
  partition: z.enum(['aws', 'aws-us-gov', 'aws-cn']).exactOptional(),
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
        })
        .exactOptional(),
    })
    .exactOptional(),
  accounts: z.array(accountSchema).exactOptional(),
});

/** An account in a world file. */
export type AccountFile = z.output<typeof accountSchema>;
