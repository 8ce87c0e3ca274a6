import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { type Store, s3Store } from '../../shared/aws/store.ts';
import { describeIssues, isSecret } from '../../shared/config/config-error.ts';
import { safeLines, safeText } from '../../shared/report/safe-text.ts';
import { type Environment, environmentReader } from './environment.ts';
import { type EventBus, eventBus } from './event-bus.ts';
import { EventError } from './events.ts';
import { signalBeforeEnd } from './time-left.ts';

/** What a step depends on, besides its event. */
export interface StepContext extends Environment {
  /** Its bucket. */
  readonly store: Store;
  /** Where reports are kept unchanged, if anywhere. */
  readonly lockedReports?: Store;
  /** The auditor's own event bus; none where it has none. */
  readonly bus?: EventBus;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Milliseconds until Lambda ends the invocation. */
  readonly remainingMs: () => number;
}

/** A step of the state machine as a function of its event and its dependencies. */
export type Step<Event, Result> = (event: Event, context: StepContext) => Promise<Result>;

/** Before Lambda ends an invocation, every request of it has ended: it fails with an error, and is not cut off. */
const SPARE_MS = 35_000;

/** The most lines of a stack trace in a log entry. */
const MAX_STACK_LINES = 20;

/**
 * Every text in the log is safe, whoever wrote it, and no value of a secret field is in it: not even in an event that
 * somebody has logged as it came. Stack traces keep their lines: in JSON a line break is two characters.
 */
export function safeInLog(key: string, value: unknown): unknown {
  if (isSecret(key)) return '…';
  if (typeof value !== 'string') return value;
  if (key !== 'stack') return safeText(value, 'log');
  return safeLines(value.split('\n', MAX_STACK_LINES).join('\n'), 'log');
}

/** The Lambda handler of a step: checks the event, reads the environment once per process, and logs as JSON. */
export function lambdaHandler<Schema extends z.ZodType, Result>(
  schema: Schema,
  step: Step<z.infer<Schema>, Result>,
) {
  const logger = new Logger({ jsonReplacerFn: safeInLog });
  const environment = environmentReader(process.env);
  return middy(async (event: unknown, lambda: Context): Promise<Result> => {
    const parsed = parseEvent(schema, event);
    const remainingMs = () => lambda.getRemainingTimeInMillis();
    const known = await environment();
    const caller = known.caller.until(signalBeforeEnd(remainingMs(), SPARE_MS));
    const { region, bucket, busName, reportsBucket } = known;
    return step(parsed, {
      ...known,
      caller,
      store: s3Store(caller, region, bucket),
      ...(reportsBucket && { lockedReports: s3Store(caller, region, reportsBucket) }),
      ...(busName && { bus: eventBus(caller, region, busName) }),
      logger,
      now: () => new Date(),
      remainingMs,
    });
  }).use(injectLambdaContext(logger, { resetKeys: true }));
}

function parseEvent<Schema extends z.ZodType>(schema: Schema, event: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(event, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new EventError(`Invalid event: ${describeIssues(parsed.error.issues)}`);
}
