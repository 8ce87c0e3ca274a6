import * as z from 'zod';
import { BENCHMARKS, CONTROL_KEYS } from '../model/benchmarks.ts';
import { EXCEPTION_STATES } from '../model/exception.ts';
import { record } from '../model/record.ts';
import { COVERAGE_STATES, NOTICE_CODES, REGION_STATES, TRIGGERS } from '../model/run.ts';
import { SEVERITIES, STATUSES } from '../model/verdict.ts';
import { time } from './time-schema.ts';

/*
 * The public JSON document as a schema: what docs/run-result.schema.json is generated from. A test compares it with
 * RunResult, so that neither changes alone.
 */

const texts = z.array(z.string());
const count = z.int().min(0);
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

const scope = z.object({
  partition: z.string().describe('for example aws, aws-us-gov or aws-cn'),
  accountId,
  region,
});

const exceptionFields = {
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

export const organizationalUnitsSchema = z.array(
  z.object({ id: z.string(), name: z.string().exactOptional() }),
);

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

const changedState = z.object({
  status: z.enum(STATUSES),
  severity: z.enum(SEVERITIES),
  reasonCode: z.string().exactOptional(),
});

const changedVerdicts = z
  .array(
    z
      .object({
        control: z.enum(CONTROL_KEYS),
        controlId: z.string(),
        resource: resourceSchema.pick({ type: true, id: true, name: true }),
        scope,
        clusterArn: z.string().exactOptional(),
        from: changedState.exactOptional().describe('As it was last judged before; absent where it was not'),
        to: changedState.exactOptional().describe('Absent where its resource is gone'),
      })
      .meta({ id: 'ChangedVerdict' }),
  )
  .exactOptional();

/** The kinds of shared/model/verdict-change.ts. */
const changesSince = {
  since: z
    .object({ runId: z.string(), startedAt: time })
    .exactOptional()
    .describe('The earlier run that this one is compared with, where it was one run'),
  new: changedVerdicts.describe('FAILED or WARNING, and PASSED or unknown before'),
  worse: changedVerdicts.describe('Of a higher severity, or FAILED instead of WARNING'),
  exceptionEnded: changedVerdicts.describe('No exception covers it any more'),
  notAvailable: changedVerdicts.describe('Judged before, and not now'),
  better: changedVerdicts.describe('Of a lower severity, or WARNING instead of FAILED'),
  fixed: changedVerdicts.describe('PASSED, and FAILED or WARNING before'),
  seenAgain: changedVerdicts.describe('Judged again as it was before it was not available'),
  gone: changedVerdicts.describe('Its resource is gone'),
  excepted: changedVerdicts.describe('An exception covers it now'),
};

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

const exceptionsSchema = z
  .array(
    z.object({
      ...exceptionFields,
      controls: texts,
      state: z.enum(EXCEPTION_STATES).describe('expires-soon: within thirty days'),
      verdicts: count.describe('How many it covers'),
    }),
  )
  .describe('Every configured exception, and what became of it; of a run over a part only what that tells');

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

export const runResultSchema = z
  .object({
    schemaVersion: z.literal('1.3'),
    run: z.object({
      id: z.string().describe('Unique'),
      trigger: z.enum(TRIGGERS).describe('What started the run'),
      startedAt: time,
      version: z.string().describe('Of EKS Auditor'),
      benchmark: z.enum(BENCHMARKS).describe('Version of the CIS Amazon EKS Benchmark'),
      publish: z.boolean().describe('Whether findings were written to Security Hub'),
      finishedAt: time,
    }),
    organization: z.object({ id: z.string() }).exactOptional().describe('Of the accounts, where it is known'),
    caller: callerSchema.exactOptional().describe('Who ran it'),
    options: optionsSchema.exactOptional(),
    coverage: z.object({
      complete: z
        .boolean()
        .describe(
          'Everything that was requested was audited, all evidence could be read, and Security Hub accepted every finding',
        ),
      accounts: z.array(accountCoverageSchema),
      skipped: z.array(skippedAccountSchema).describe('Accounts that were not audited, and why'),
      clustersNotJudged: z
        .array(z.string())
        .exactOptional()
        .describe('Names of clusters that were requested and do not exist or are not ready'),
    }),
    verdicts: z.array(verdictSchema),
    changes: changesSchema
      .extend(changesSince)
      .describe(
        'What was changed in Security Hub, in findings; and, where there is an earlier run, what changed since',
      ),
    exceptions: exceptionsSchema.exactOptional(),
    notices: noticesSchema.exactOptional(),
  })
  .describe(
    'The result of a run of EKS Auditor. Later 1.x versions may add fields: ignore what you do not know.',
  );

/** The schema as JSON Schema 2020-12. */
export function runResultJsonSchema(): Record<string, unknown> {
  // As an input, it allows fields that it does not name, as readers should.
  return { ...z.toJSONSchema(runResultSchema, { io: 'input' }), title: 'EKS Auditor run result' };
}
