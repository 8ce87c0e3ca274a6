import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, other, region, running } from './support.ts';

const executionArn = `arn:aws:states:${region}:${member}:execution:eks-auditor:nightly`;

it('describes an execution of the caller’s account', async () => {
  const sandbox = await running(anOrganization().account(member).account(other));
  sandbox.account(member).setExecution(executionArn, 'TIMED_OUT');
  const describe = (accountId: string, arn = executionArn) =>
    new SFNClient(as(sandbox, accountId)).send(new DescribeExecutionCommand({ executionArn: arn }));

  expect(await describe(member)).toMatchObject({ status: 'TIMED_OUT', name: 'nightly' });
  await expect(describe(other)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  await expect(describe(member, `${executionArn}-2`)).rejects.toMatchObject({
    name: 'ExecutionDoesNotExist',
  });
});

it('says how many functions an account may run at the same time', async () => {
  const sandbox = await running(anOrganization().account(member).account(other));
  sandbox.account(member).setLambdaConcurrency(10);
  const limitOf = async (accountId: string) => {
    const lambda = new LambdaClient(as(sandbox, accountId));
    return (await lambda.send(new GetAccountSettingsCommand({}))).AccountLimit;
  };

  expect(await limitOf(member)).toMatchObject({
    ConcurrentExecutions: 10,
    UnreservedConcurrentExecutions: 10,
  });
  expect(await limitOf(other)).toMatchObject({ ConcurrentExecutions: 1_000 });
});
