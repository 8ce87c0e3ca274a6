import * as z from 'zod';
import { BENCHMARKS, CONTROL_KEYS } from '../model/benchmarks.ts';
import { EXCEPTION_STATES } from '../model/exception.ts';
import { TRIGGERS } from '../model/run.ts';
import { SEVERITIES, STATUSES } from '../model/verdict.ts';
import {
  accountCoverageSchema,
  callerSchema,
  changesSchema,
  count,
  exceptionFields,
  gapSchema,
  noticesSchema,
  optionsSchema,
  resourceSchema,
  scope,
  skippedAccountSchema,
  texts,
  verdictSchema,
} from './run-result-parts.ts';
import { time } from './time-schema.ts';

/*
 * The public JSON document as a schema: what docs/run-result.schema.json is generated from. A test compares it with
 * RunResult, so that neither changes alone.
 */

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
      gaps: z
        .array(
          gapSchema.extend({ accountId: z.string().describe('12 digits: who asked') }).meta({ id: 'RunGap' }),
        )
        .exactOptional()
        .describe('Of the run as a whole: what could not be read of the organization'),
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
