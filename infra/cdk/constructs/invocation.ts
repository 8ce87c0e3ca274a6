import { Duration } from 'aws-cdk-lib';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { Permission } from './least-privilege-role.ts';
import { INVOCATION_RETRIES } from './retries.ts';

/** Longer than Lambda lets a function run. */
const TASK_TIMEOUT = Duration.minutes(16);

type ResultProps = Pick<
  ConstructorParameters<typeof LambdaInvoke>[2],
  'resultSelector' | 'resultPath' | 'outputPath'
>;

/** Invokes the current version of a function, again and again where that may help. */
export function invoke(
  scope: Construct,
  id: string,
  lambdaFunction: LambdaFunction,
  payload: TaskInput,
  result: ResultProps,
  retries = INVOCATION_RETRIES,
): LambdaInvoke {
  const task = LambdaInvoke.jsonPath(scope, id, {
    // The cast is needed because the CDK's types do not allow for exactOptionalPropertyTypes.
    lambdaFunction: lambdaFunction.currentVersion as IFunction,
    payload,
    ...result,
    // The CDK's own retry lacks throttling errors and jitter.
    retryOnServiceExceptions: false,
    taskTimeout: { seconds: TASK_TIMEOUT.toSeconds() },
  });
  for (const retry of retries) task.addRetry(retry);
  return task;
}

/** Lets a state machine invoke functions, whichever version it began with. */
export function invokePermission(...functions: readonly LambdaFunction[]): Permission {
  return {
    actions: ['lambda:InvokeFunction'],
    resources: functions.map(({ functionArn }) => `${functionArn}:*`),
    wildcard: 'An execution that began before a deployment ends with the versions that it began with.',
  };
}
