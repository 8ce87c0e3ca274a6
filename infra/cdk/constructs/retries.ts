import { Duration } from 'aws-cdk-lib';
import { JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';
import { ACCOUNT_BUSY } from '../../../functions/runtime/account-state.ts';
import { THROTTLED_ERROR } from '../../../shared/aws/errors.ts';

/** Lambda could not run the function. */
const UNAVAILABLE: RetryProps = {
  errors: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
  ],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 8,
  maxDelay: Duration.minutes(2),
  jitterStrategy: JitterType.FULL,
};
/**
 * The account runs as many functions as its quota allows, which may be ten. Waits for as long as others may take: the delay
 * is random between 0 and its maximum (full jitter), from the seventh attempt on 150 seconds in the mean, so that the
 * attempts last some 16 of the 24 hours that a run may take. Audits that are throttled with a quota of ten and 40 accounts
 * at a time wait for some minutes. An attempt is three of the 25,000 events of an execution's history.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
const AT_CAPACITY: RetryProps = {
  errors: ['Lambda.TooManyRequestsException'],
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxAttempts: 400,
  maxDelay: Duration.minutes(5),
  jitterStrategy: JitterType.FULL,
};
/** Waits for most audits of other runs: three and a half minutes in sum. */
const BUSY_FOR_MINUTES: RetryProps = {
  errors: [ACCOUNT_BUSY],
  interval: Duration.seconds(30),
  backoffRate: 2,
  maxAttempts: 3,
  jitterStrategy: JitterType.NONE,
};
/** Waits for long ones: 30 seconds to 5 minutes between attempts, two hours at most in sum (117 minutes). */
const BUSY_FOR_HOURS: RetryProps = {
  errors: [ACCOUNT_BUSY],
  interval: Duration.seconds(30),
  backoffRate: 2,
  maxAttempts: 26,
  maxDelay: Duration.minutes(5),
  jitterStrategy: JitterType.NONE,
};
/**
 * AWS throttled the function's requests, those to the bucket and its key above all, for longer than the SDK retries. With
 * full jitter the attempts last some 19 minutes in the mean.
 */
const THROTTLED: RetryProps = {
  errors: [THROTTLED_ERROR],
  interval: Duration.seconds(30),
  backoffRate: 2,
  maxAttempts: 10,
  maxDelay: Duration.minutes(5),
  jitterStrategy: JitterType.FULL,
};
/** A crash, or too little time or memory. A second attempt skips what the first one published. */
export const CRASHED: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(5),
  maxAttempts: 1,
  jitterStrategy: JitterType.FULL,
};

/** The first that matches an error counts its own attempts. */
function retriesWith(busy: RetryProps): readonly RetryProps[] {
  return [UNAVAILABLE, AT_CAPACITY, busy, THROTTLED, CRASHED];
}

/** What an invocation of a function is repeated for. */
export const INVOCATION_RETRIES = retriesWith(BUSY_FOR_MINUTES);
/** The same for an audit that waits until no other run audits the account. */
export const PATIENT_RETRIES = retriesWith(BUSY_FOR_HOURS);
