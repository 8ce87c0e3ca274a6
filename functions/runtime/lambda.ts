import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { describeIssue } from '../../shared/config/config.ts';
import { type Environment, onceAProcess } from './environment.ts';
import { EventError } from './events.ts';

/** What a step is run with, besides its event. */
export interface StepContext extends Environment {
  readonly logger: Logger;
  readonly now: () => Date;
  /** Whether there is time to begin something more; the rest is left for another invocation. */
  readonly timeIsLeft: () => boolean;
}

/** A step of the state machine as a plain function of its event and what it depends on. */
export type Step<Event, Result> = (event: Event, context: StepContext) => Promise<Result>;

/**
 * What an invocation keeps for finishing what it began, in milliseconds: the clusters under way, then the registry, IAM
 * and Security Hub, which answers three pages of a hundred findings a second.
 */
const RESERVE = 180_000;

/** Makes a Lambda handler of a step: checks the event, reads the environment once, and logs by run. */
export function lambdaHandler<Schema extends z.ZodType, Result>(
  schema: Schema,
  step: Step<z.infer<Schema>, Result>,
) {
  const logger = new Logger();
  const environment = onceAProcess(process.env);
  return middy(async (event: unknown, lambda: Context): Promise<Result> => {
    const parsed = parseEvent(schema, event);
    const timeIsLeft = () => lambda.getRemainingTimeInMillis() > RESERVE;
    return step(parsed, { ...(await environment()), logger, now: () => new Date(), timeIsLeft });
  }).use(injectLambdaContext(logger, { resetKeys: true }));
}

function parseEvent<Schema extends z.ZodType>(schema: Schema, event: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(event, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new EventError(
    `the event is not usable: ${parsed.error.issues.map((one) => describeIssue(one)).join('; ')}`,
  );
}
