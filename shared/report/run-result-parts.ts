import * as z from 'zod';
import { CONTROL_KEYS } from '../model/benchmarks.ts';
import { record } from '../model/record.ts';
import { COVERAGE_STATES, NOTICE_CODES, REGION_STATES } from '../model/run.ts';
import { SEVERITIES, STATUSES } from '../model/verdict.ts';
import { time } from './time-schema.ts';

/* Parts of the public JSON document that are also kept by themselves: a function loads these, and not the whole schema. */

export const texts = z.array(z.string());
export const count = z.int().min(0);
const accountId = z.string().describe('12 digits');
const accountName = z.string().exactOptional().describe('Where it is known');
const region = z.string().describe('Such as eu-west-1');

export const resourceSchema = z
  .object({
    type: z
      .enum([
        'AwsAccount',
        'AwsEc2Instance',
        'AwsEc2LaunchTemplate',
        'AwsEc2Subnet',
        'AwsEcrRepository',
        'AwsEksCluster',
        'AwsElbLoadBalancer',
        'AwsElbv2LoadBalancer',
        'AwsIamRole',
        'AwsIamUser',
        'AwsKmsKey',
        'Other',
      ])
      .describe('A resource type of ASFF'),
    id: z.string().describe('The ARN; AWS::::Account:<account id> of an account'),
    name: z.string().exactOptional(),
    tags: record(z.string(), z.string()).exactOptional(),
    details: record(z.string(), z.unknown()).exactOptional().describe('Details of this type, as in ASFF'),
  })
  .meta({ id: 'Resource' });

export const scope = z.object({
  partition: z.string().describe('for example aws, aws-us-gov or aws-cn'),
  accountId,
  region,
});

export const exceptionFields = {
  id: z.string(),
  reason: z.string(),
  owner: z.string().describe('Who answers for it'),
  expires: z.string().describe('The last day on which it holds, in UTC').meta({ format: 'date' }),
};

export const verdictSchema = z
  .object({
    control: z
      .enum(CONTROL_KEYS)
      .describe('The key of the control, the same in every version of the benchmark'),
    controlId: z.string().describe('Its number in the version of the benchmark, such as 5.4.1'),
    level: z
      .enum(['cluster', 'region', 'account'])
      .describe('What was judged as a whole: a cluster, a Region of an account, or an account'),
    scope,
    status: z.enum(STATUSES),
    severity: z.enum(SEVERITIES).describe('LOW for WARNING and NOT_AVAILABLE, INFORMATIONAL for PASSED'),
    reasonCode: z.string().describe('The row of the decision table that decided; stable'),
    reasonCodes: texts.describe('Every row that applies, worst first; the first is reasonCode'),
    reason: z.string().describe('For people, with the values that were seen; not stable'),
    resource: resourceSchema.describe('The thing to fix'),
    related: z.array(resourceSchema),
    evidence: record(z.string(), z.string()).describe('The facts that decided it'),
    clusterArn: z.string().exactOptional().describe('The cluster that was judged, where it was one'),
    observedAt: time.describe('When the oldest of the facts that it rests on began to be read'),
    exception: z
      .object(exceptionFields)
      .exactOptional()
      .describe('Covers it: it stays FAILED or WARNING, and counts as neither'),
  })
  .meta({ id: 'Verdict' });

export const gapSchema = z
  .object({
    what: z.enum(['account', 'region', 'cluster', 'evidence', 'security-hub']),
    kind: z.enum(['denied', 'throttled', 'gone', 'failed']),
    code: z.string().describe('The error code as AWS spells it'),
    operation: z.string().describe('As IAM spells it, such as eks:DescribeCluster'),
    detail: z.string().describe('For people; not stable'),
    resource: z.string().exactOptional().describe('The ARN of what could not be read'),
    controlIds: texts
      .exactOptional()
      .describe('The numbers of the controls that need it: what else they know may decide without it'),
  })
  .meta({ id: 'Gap' });

export const organizationalUnitsSchema = z.array(
  z.object({ id: z.string(), name: z.string().exactOptional() }),
);

const state = z
  .enum(COVERAGE_STATES)
  .describe('partial: audited, with gaps; not-covered: nothing could be audited');
const regionState = z
  .enum(REGION_STATES)
  .describe(
    'partial: audited, with gaps; not-covered: nothing could be audited; closed: a service or resource control policy ' +
      'of the organization does not let clusters be listed, which is no gap',
  );

const regionCoverage = z.object({
  region,
  state: regionState,
  clusters: z
    .object({
      found: count,
      judged: count,
      notReady: z
        .array(z.object({ name: z.string(), status: z.string() }))
        .exactOptional()
        .describe('Clusters that are not judged because they are being created or deleted, or never came up'),
      accessGranted: z
        .array(
          z.object({
            name: z.string(),
            principalArn: z.string().describe('The role that has an access entry now'),
          }),
        )
        .exactOptional()
        .describe('Clusters to whose Kubernetes API this run gave access (kubernetes.access: managed)'),
    })
    .describe('judged < found: some could not be read, are not ready, or were not requested'),
  gaps: z.array(gapSchema),
});

export const accountCoverageSchema = z.object({
  accountId,
  name: accountName,
  organizationalUnits: organizationalUnitsSchema
    .exactOptional()
    .describe('From the child of the root down to its own, where they were read'),
  state,
  regions: z.array(regionCoverage),
  gaps: z.array(gapSchema).describe('Of the account as a whole'),
});

export const skippedAccountSchema = z.object({
  accountId,
  name: accountName,
  code: z.enum(['ACCOUNT_NOT_ACTIVE', 'NOT_IN_ORGANIZATION']),
  reason: z.string(),
  askedFor: z.boolean().describe('Its id was requested, so the run is not complete without it'),
});

const failedImport = z.object({
  accountId,
  region,
  findingId: z.string(),
  code: z.string(),
  message: z.string(),
});

export const changesSchema = z.object({
  created: count,
  updated: count,
  archived: count,
  unchanged: count,
  outdated: count.describe('Of a later observation than that of this run: left as they are'),
  failed: z.array(failedImport),
});

export const callerSchema = z.object({ accountId, arn: z.string() });

export const optionsSchema = z
  .object({
    controls: z.array(z.enum(CONTROL_KEYS)),
    organization: z.literal(true).exactOptional(),
    accounts: texts.exactOptional(),
    excludeAccounts: texts.exactOptional(),
    organizationalUnits: texts.exactOptional(),
    excludeOrganizationalUnits: texts.exactOptional(),
    regions: texts.exactOptional(),
    excludeRegions: texts.exactOptional(),
    clusters: texts.exactOptional(),
    registryAccounts: texts.exactOptional(),
  })
  .describe('What was to be audited: the controls, and what narrows the rest');

export const noticesSchema = z
  .array(
    z
      .object({
        code: z.enum(NOTICE_CODES),
        accountId,
        region,
        detail: z.string().describe('For people; not stable'),
        count: count.exactOptional().describe('How many findings it is about'),
        findingIds: texts.exactOptional().describe('The first ten of them'),
      })
      .meta({ id: 'Notice' }),
  )
  .describe('What people should know, and no gap; left out when there are none');
