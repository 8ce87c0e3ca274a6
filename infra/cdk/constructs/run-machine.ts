import { Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import {
  type Chain,
  Choice,
  Condition,
  DistributedMap,
  type IChainable,
  JsonPath,
  Pass,
  ResultWriterV2,
  type RetryProps,
  S3JsonItemReader,
  type StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { CallAwsService, type LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { ACCOUNT_BUSY } from '../../../functions/runtime/account-state.ts';
import { invoke, invokePermission } from './invocation.ts';
import type { Permission } from './least-privilege-role.ts';
import { loggedStateMachine } from './logged-state-machine.ts';
import type { Results } from './results.ts';
import { CRASHED, PATIENT_RETRIES } from './retries.ts';

interface RunMachineProps {
  readonly plan: LambdaFunction;
  readonly audit: LambdaFunction;
  readonly report: LambdaFunction;
  readonly results: Results;
  readonly key: IKey;
  readonly concurrentAccounts: number;
  readonly tracing: boolean;
  readonly logRetentionDays: number;
}

export const RUN_MACHINE_NAME = 'eks-auditor';
/** Part of the ARNs of the map's executions. */
const MAP_LABEL = 'Accounts';
/**
 * The audit function gives an account up after 20 slices. This ends an account of which the function never does: more
 * slices than it may use, and few enough to end within the machine's 24 hours.
 */
const MAX_SLICES = 25;

/**
 * One run: plan → each account → report. With `testAlert` in its input it only tests the alerts. The functions are invoked
 * by version, so that a run ends with the code that it began with: an execution keeps the definition it was started with.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html
 *
 * Accounts and results are stored in the bucket; states pass on the run and keys
 * only, so that an organization of thousands of accounts stays below the 256 KiB that a state may hold.
 */
export class RunMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: RunMachineProps) {
    super(scope, id);
    const { key, tracing, logRetentionDays } = props;
    this.machine = loggedStateMachine(this, {
      name: RUN_MACHINE_NAME,
      type: StateMachineType.STANDARD,
      definition: this.#definition(props),
      permissions: this.#permissions(props),
      timeout: Duration.hours(24),
      key,
      tracing,
      logRetentionDays,
    });
    // The CDK adds it to every role; what it allows is in #permissions.
    this.machine.node.tryRemoveChild('DistributedMapPolicy');
  }

  #definition(props: RunMachineProps): IChainable {
    const plan = invoke(this, 'Plan', props.plan, TaskInput.fromJsonPathAt('$.request'), {
      outputPath: '$.Payload',
    });
    const report = invoke(
      this,
      'Report',
      props.report,
      TaskInput.fromObject({ run: JsonPath.objectAt('$.run') }),
      { outputPath: '$.Payload' },
    );
    const testAlert = invoke(
      this,
      'Send a test alert',
      props.report,
      TaskInput.fromObject({ testAlert: JsonPath.objectAt('$.request.testAlert') }),
      { outputPath: '$.Payload' },
    );
    // When the map itself fails, so does the execution: the report tells of what was audited, and of a run on change the
    // next one audits the rest.
    const accounts = this.#accounts(props);
    plan.next(
      new Choice(this, 'Is there anything to audit?')
        .when(Condition.isPresent('$.nothing'), Succeed.jsonPath(this, 'Nothing to audit'))
        .otherwise(accounts.next(report)),
    );
    return this.#request().next(
      new Choice(this, 'Is it a test alert?')
        .when(Condition.isPresent('$.request.testAlert'), testAlert)
        .otherwise(plan),
    );
  }

  /**
   * The trigger of a run is `manual` by default; which execution it is, the input cannot say. Takes two states, because the
   * arguments of intrinsic functions cannot contain braces.
   */
  #request(): Chain {
    const defaults = Pass.jsonPath(this, 'Defaults', {
      parameters: {
        defaults: { trigger: 'manual' },
        'given.$': '$',
        own: { execution: { 'id.$': '$$.Execution.Id', 'name.$': '$$.Execution.Name' } },
      },
    });
    const request = Pass.jsonPath(this, 'Request', {
      parameters: {
        'request.$': 'States.JsonMerge(States.JsonMerge($.defaults, $.given, false), $.own, false)',
      },
    });
    return defaults.next(request);
  }

  #accounts(props: RunMachineProps): DistributedMap {
    const { bucket } = props.results;
    const accounts = new DistributedMap(this, 'Accounts', {
      label: MAP_LABEL,
      mapExecutionType: StateMachineType.STANDARD,
      maxConcurrency: props.concurrentAccounts,
      itemReader: new S3JsonItemReader({ bucket, key: JsonPath.stringAt('$.targetsKey') }),
      itemSelector: {
        'run.$': '$.run',
        'target.$': '$$.Map.Item.Value',
        slice: 1,
        invocation: 1,
      },
      // Failures are recorded and reported; one account must not end the run of the others.
      toleratedFailurePercentage: 100,
      resultWriterV2: new ResultWriterV2({
        bucket,
        // The run's id, which is the name of the execution.
        prefix: JsonPath.format('runs/{}/map', JsonPath.executionName),
      }),
      resultPath: JsonPath.DISCARD,
    });
    accounts.itemProcessor(this.#account(props));
    return accounts;
  }

  /** One account: audited until nothing is left of it. */
  #account(props: RunMachineProps): IChainable {
    const audit = this.#audit('Audit', props);
    const auditLater = this.#audit('Audit when no other run does', props, PATIENT_RETRIES);
    const done = Succeed.jsonPath(this, 'Done', { outputPath: JsonPath.DISCARD });
    const record = this.#recordFailure(props, done);
    // The changes of all other accounts would wait as well.
    const busy = new Choice(this, 'Does the next run on change audit it?')
      .when(Condition.stringEquals('$.run.trigger', 'change'), record)
      .otherwise(auditLater);
    audit.addCatch(busy, { errors: [ACCOUNT_BUSY], resultPath: '$.failure' });
    for (const task of [audit, auditLater]) task.addCatch(record, { resultPath: '$.failure' });
    const continued = Pass.jsonPath(this, 'Continue with the rest', {
      parameters: {
        'run.$': '$.run',
        'target.$': '$.target',
        'slice.$': '$.audit.Payload.continue.slice',
        'invocation.$': 'States.MathAdd($.invocation, 1)',
      },
    });
    const giveUp = Pass.jsonPath(this, 'Give up', {
      parameters: { Error: 'TooManySlices', Cause: `Not done after ${MAX_SLICES} slices of the audit.` },
      resultPath: '$.failure',
    });
    const isLeft = Condition.isPresent('$.audit.Payload.continue');
    const isTooLong = Condition.numberGreaterThanEquals('$.invocation', MAX_SLICES);
    const rest = new Choice(this, 'Is anything left?')
      .when(Condition.and(isLeft, isTooLong), giveUp.next(record))
      .when(isLeft, continued.next(audit))
      .otherwise(done);
    auditLater.next(rest);
    return audit.next(rest);
  }

  #audit(id: string, props: RunMachineProps, retries?: readonly RetryProps[]): LambdaInvoke {
    return invoke(
      this,
      id,
      props.audit,
      TaskInput.fromObject({
        run: JsonPath.objectAt('$.run'),
        target: JsonPath.objectAt('$.target'),
        slice: JsonPath.numberAt('$.slice'),
      }),
      { resultSelector: { 'Payload.$': '$.Payload' }, resultPath: '$.audit' },
      retries,
    );
  }

  /** Stores for the report that an account could not be audited, and why. */
  #recordFailure(props: RunMachineProps, done: Succeed): Pass {
    const describe = Pass.jsonPath(this, 'Describe the failure', {
      parameters: {
        'accountId.$': '$.target.accountId',
        'error.$': '$.failure.Error',
        'cause.$': '$.failure.Cause',
      },
      resultPath: '$.record',
    });
    const record = new CallAwsService(this, 'Record the failure', {
      service: 's3',
      action: 'putObject',
      iamResources: [],
      parameters: {
        Bucket: props.results.bucket.bucketName,
        Key: JsonPath.format(
          'runs/{}/crashed/{}.json',
          JsonPath.stringAt('$.run.id'),
          JsonPath.stringAt('$.target.accountId'),
        ),
        ContentType: 'application/json',
        // An object, which Step Functions writes as JSON.
        Body: JsonPath.objectAt('$.record'),
      },
      resultPath: JsonPath.DISCARD,
    });
    record.addRetry({ ...CRASHED, maxAttempts: 4, backoffRate: 2 });
    describe.next(record).next(done);
    return describe;
  }

  #permissions(props: RunMachineProps): readonly Permission[] {
    const { plan, audit, report, results } = props;
    const arn = (resource: string, name: string) =>
      Stack.of(this).formatArn({ service: 'states', resource: `${resource}:${name}` });
    return [
      invokePermission(plan, audit, report),
      ...results.read('runs/*/targets.json', 'runs/*/map/*'),
      ...results.write('runs/*/crashed/*'),
      ...results.writeInParts('runs/*/map/*'),
      { actions: ['states:StartExecution'], resources: [arn('stateMachine', RUN_MACHINE_NAME)] },
      {
        actions: ['states:DescribeExecution', 'states:RedriveExecution', 'states:StopExecution'],
        resources: [
          arn('execution', `${RUN_MACHINE_NAME}:*`),
          arn('execution', `${RUN_MACHINE_NAME}/${MAP_LABEL}:*`),
        ],
        wildcard: 'The executions of the state machine, and of its map, are named when they start.',
      },
    ];
  }
}
