import type { Context } from 'aws-lambda';
import type { PlanOutput } from '../../functions/plan/handler.ts';
import { REGION, SECURITY } from '../harness.ts';
import { loadAnew } from './load-anew.ts';

/** The functions as Lambda loads them: loaded anew for every test, since they keep their environment. */
export async function functions() {
  const [plan, audit, report] = await Promise.all([loadAnew('plan'), loadAnew('audit'), loadAnew('report')]);
  const planned = async (event: unknown, context: Context) => {
    const output: PlanOutput = await plan(event, context);
    if ('nothing' in output) throw new Error('there is nothing to audit');
    return output;
  };
  return { plan: planned, audit, report };
}

export function lambdaContext(remaining = 900_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'eks-auditor-audit',
    functionVersion: '1',
    invokedFunctionArn: `arn:aws:lambda:${REGION}:${SECURITY}:function:eks-auditor-audit`,
    memoryLimitInMB: '512',
    awsRequestId: '00000000-0000-0000-0000-000000000000',
    logGroupName: '/aws/lambda/eks-auditor-audit',
    logStreamName: 'stream',
    getRemainingTimeInMillis: () => remaining,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
