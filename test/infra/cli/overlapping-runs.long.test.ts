import type { ChildProcess } from 'node:child_process';
import { expect, it } from 'vitest';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import type { RunResult } from '../../../shared/model/run.ts';
import { aTestOrganization, PAYMENTS, REGION } from '../../harness.ts';
import { aSandbox, NARROW } from './audit-process.ts';
import { type CliResult, cliProcess, credentialsOf } from './cli-process.ts';

const PRIVATE = { endpointPublicAccess: false, endpointPrivateAccess: true };
const PUBLIC = { endpointPublicAccess: true, endpointPrivateAccess: true };

const ARGUMENTS = ['audit', ...NARROW, '--account', PAYMENTS, '--publish', '--format', 'json'];

async function audit(sandbox: Sandbox, interact?: (child: ChildProcess) => void): Promise<RunResult> {
  const options = { env: credentialsOf(sandbox), ...(interact && { interact }) };
  return resultOf(await cliProcess(ARGUMENTS, options));
}

function resultOf({ stdout, stderr }: CliResult): RunResult {
  expect(stderr).not.toContain('Error');
  return JSON.parse(stdout);
}

/** Starts an audit that stops once it has read everything, and before it knows what Security Hub holds. */
async function slowAudit(sandbox: Sandbox) {
  const stopped = Promise.withResolvers<void>();
  let child: ChildProcess | undefined;
  sandbox.fail({
    operation: 'eks:DescribeCluster',
    with: 'ServerError',
    match({ name }) {
      if (name === 'ledger' && child?.kill('SIGSTOP')) stopped.resolve();
      return false;
    },
  });
  const result = audit(sandbox, (started) => {
    child = started;
  });
  await stopped.promise;
  sandbox.clearFaults();
  return {
    goOn(): Promise<RunResult> {
      child?.kill('SIGCONT');
      return result;
    },
  };
}

/** `ledger ACTIVE FAILED NEW`, sorted. */
function findingsIn(sandbox: Sandbox): string[] {
  return sandbox
    .findings(PAYMENTS, REGION)
    .map(({ Resources, RecordState, Compliance, Workflow }) =>
      [Resources[0]?.Id.split('/')[1], RecordState, Compliance?.Status, Workflow?.Status].join(' '),
    )
    .sort();
}

it('a slow run neither reopens what was fixed nor archives a cluster that was created, after it had read', async () => {
  const world = aTestOrganization().account(PAYMENTS, {}, (payments) =>
    payments.cluster('ledger', { region: REGION, resourcesVpcConfig: PUBLIC }),
  );
  const sandbox = await aSandbox(world);
  await audit(sandbox);
  expect(findingsIn(sandbox)).toEqual(['ledger ACTIVE FAILED NEW']);

  const slow = await slowAudit(sandbox);
  const account = sandbox.account(PAYMENTS);
  account.putCluster('ledger', { region: REGION, resourcesVpcConfig: PRIVATE });
  account.putCluster('new', { region: REGION, resourcesVpcConfig: PUBLIC });
  const { changes: quick } = await audit(sandbox);
  expect(quick).toMatchObject({ created: 1, updated: 1 });
  const after = ['ledger ACTIVE PASSED RESOLVED', 'new ACTIVE FAILED NEW'];
  expect(findingsIn(sandbox)).toEqual(after);
  sandbox.clearEvents();
  const { verdicts, changes } = await slow.goOn();

  expect(verdicts.map(({ resource, status }) => [resource.name, status])).toEqual([['ledger', 'FAILED']]);
  expect(findingsIn(sandbox)).toEqual(after);
  expect(changes).toEqual({ created: 0, updated: 0, archived: 0, unchanged: 0, outdated: 2, failed: [] });
  // Nobody is alerted.
  expect(sandbox.events).toEqual([]);
}, 60_000);
