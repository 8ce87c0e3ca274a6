import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { describeIssue } from '../../shared/config/config-error.ts';
import { type Environment, environmentReader } from './environment.ts';
import { EventError } from './events.ts';

/** What a step depends on, besides its event. */
export interface StepContext extends Environment {
  readonly logger: Logger;
  readonly now: () => Date;
  /** Milliseconds until Lambda ends the invocation. */
  readonly remainingMs: () => number;
}

/** A step of the state machine as a function of its event and its dependencies. */
export type Step<Event, Result> = (event: Event, context: StepContext) => Promise<Result>;

/** The Lambda handler of a step: checks the event, reads the environment once per process, and logs as JSON. */
export function lambdaHandler<Schema extends z.ZodType, Result>(
  schema: Schema,
  step: Step<z.infer<Schema>, Result>,
) {
  const logger = new Logger();
  const environment = environmentReader(process.env);
  return middy(async (event: unknown, lambda: Context): Promise<Result> => {
    const parsed = parseEvent(schema, event);
    const remainingMs = () => lambda.getRemainingTimeInMillis();
    return step(parsed, { ...(await environment()), logger, now: () => new Date(), remainingMs });
  }).use(injectLambdaContext(logger, { resetKeys: true }));
}

function parseEvent<Schema extends z.ZodType>(schema: Schema, event: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(event, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new EventError(
    `Invalid event: ${parsed.error.issues.map((issue) => describeIssue(issue)).join('; ')}`,
  );
}
