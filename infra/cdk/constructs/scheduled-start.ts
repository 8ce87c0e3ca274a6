import {
  Schedule,
  type ScheduleExpression,
  ScheduleTargetInput,
  type TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Trigger } from '../../../shared/model/run.ts';
import { LeastPrivilegeRole, serviceOfThisAccount } from './least-privilege-role.ts';

interface ScheduledStartProps {
  readonly machine: StateMachine;
  readonly trigger: Trigger;
  readonly description: string;
  readonly schedule: ScheduleExpression;
  readonly timeWindow?: TimeWindow;
  readonly enabled?: boolean;
  /** How often a start that failed is repeated, within a day. */
  readonly retryAttempts?: number;
  /** Keeps starts that failed. */
  readonly notScheduled: Queue;
}

/** Starts runs by EventBridge Scheduler. */
export class ScheduledStart extends Construct {
  constructor(scope: Construct, id: string, props: ScheduledStartProps) {
    super(scope, id);
    const { machine, trigger, notScheduled, retryAttempts, ...schedule } = props;
    const { role } = new LeastPrivilegeRole(this, 'Scheduler', {
      assumedBy: serviceOfThisAccount('scheduler.amazonaws.com'),
      permissions: [
        { actions: ['states:StartExecution'], resources: [machine.stateMachineArn] },
        { actions: ['sqs:SendMessage'], resources: [notScheduled.queueArn] },
      ],
    });
    new Schedule(this, 'Schedule', {
      ...schedule,
      target: new StepFunctionsStartExecution(machine, {
        input: ScheduleTargetInput.fromObject({ trigger }),
        deadLetterQueue: notScheduled,
        ...(retryAttempts === undefined ? {} : { retryAttempts }),
        role,
      }),
    });
  }
}
