import type { Context } from 'aws-lambda';
import { vi } from 'vitest';
import type { PlanOutput } from '../../functions/plan/handler.ts';
import { REGION, SECURITY } from '../harness.ts';

/** The functions as Lambda loads them: loaded anew for every test, since they keep their environment. */
export async function functions() {
  vi.resetModules();
  const [plan, audit, report] = await Promise.all([
    import('../../functions/plan/handler.ts'),
    import('../../functions/audit/handler.ts'),
    import('../../functions/report/handler.ts'),
  ]);
  const planned = async (event: unknown, context: Context) => {
    const output: PlanOutput = await plan.handler(event, context);
    if ('nothing' in output) throw new Error('there is nothing to audit');
    return output;
  };
  return { plan: planned, audit: audit.handler, report: report.handler };
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
