import { expect, test } from 'vitest';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import { aTestOrganization, PAYMENTS, REGION, run, signedIn } from '../harness.ts';

/** A cluster whose nodes have public addresses, and whose node group gives them to new ones. */
function anOrganization(): Promise<Sandbox> {
  const region = REGION;
  return signedIn(
    aTestOrganization().account(PAYMENTS, {}, (account) => {
      account
        .launchTemplate('lt-public', {
          region,
          versions: [{ NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: true }] }],
        })
        .cluster('orders', {
          region,
          nodegroups: [{ nodegroupName: 'web', launchTemplate: { id: 'lt-public', version: '1' } }],
        })
        .instance({ region, tags: { 'eks:cluster-name': 'orders' }, PublicIpAddress: '198.51.100.9' });
    }),
  );
}

/** Audits whether nodes are private, and tells what was imported and what Security Hub holds then. */
async function audit(sandbox: Sandbox) {
  sandbox.clearEvents();
  await run({ controls: { include: ['private-nodes'] } });
  return sandbox.events.map(({ detail }) => {
    const [{ ProductFields, Compliance, Description }] = detail.findings;
    const codes = Compliance?.StatusReasons?.map(({ ReasonCode }: { ReasonCode?: string }) => ReasonCode);
    return {
      event: ProductFields?.['eks-auditor/event'],
      status: Compliance?.Status,
      codes,
      reason: Description,
    };
  });
}

test('a failure that is proven otherwise while something cannot be read changes without an alert, and back', async () => {
  const sandbox = await anOrganization();

  const first = await audit(sandbox);
  sandbox.fail({ operation: 'ec2:DescribeInstances', with: 'AccessDenied' });
  const denied = await audit(sandbox);
  const stillDenied = await audit(sandbox);
  sandbox.clearFaults();
  const again = await audit(sandbox);

  expect(first).toMatchObject([{ event: 'new', codes: ['NODES_HAVE_PUBLIC_ADDRESSES'] }]);
  expect(denied).toMatchObject([
    {
      event: 'relabelled',
      status: 'FAILED',
      codes: ['NODES_WILL_GET_PUBLIC_ADDRESSES', 'EVIDENCE_UNREADABLE'],
      reason: expect.stringContaining('because ec2:DescribeInstances failed with'),
    },
  ]);
  expect(stillDenied).toEqual([]);
  expect(again).toMatchObject([
    { event: 'relabelled', status: 'FAILED', codes: ['NODES_HAVE_PUBLIC_ADDRESSES'] },
  ]);
});

test('what could not be read is brought up to date, without an alert', async () => {
  const sandbox = await anOrganization();
  await audit(sandbox);
  sandbox.fail({ operation: 'ec2:DescribeInstances', with: 'AccessDenied' });
  await audit(sandbox);

  sandbox.clearFaults();
  sandbox.fail({ operation: 'ec2:DescribeInstances', with: 'Malformed' });
  const [updated, ...others] = await audit(sandbox);

  expect(updated).toMatchObject({ event: 'relabelled', status: 'FAILED' });
  expect(updated?.reason).toContain('because the answer to ec2:DescribeInstances does not suffice');
  expect(others).toEqual([]);
});
