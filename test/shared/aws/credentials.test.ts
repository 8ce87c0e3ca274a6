import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import { assumedRole, type RoleRequest, type StsAccess } from '../../../shared/aws/credentials.ts';
import { parseConfig } from '../../../shared/config/config.ts';
import { accessTo } from '../../aws-access.ts';
import { aTestOrganization, PAYMENTS, REGION, SECURITY, signedIn } from '../../harness.ts';

const HOUR = 3_600_000;

function request(role: Record<string, unknown> = {}): RoleRequest {
  return { partition: 'aws', accountId: PAYMENTS, role: parseConfig({ role }).role };
}

/** The auditor's own account. */
function sts(sandbox: Sandbox): StsAccess {
  return { caller: accessTo(sandbox, SECURITY), region: REGION };
}

function aWorld(role = { name: 'EksAuditorMember' }) {
  return aTestOrganization().account(PAYMENTS, { roles: [{ ...role, trusts: [SECURITY] }] });
}

test('concurrent calls share one session of the member account', async () => {
  const sandbox = await signedIn(aWorld());
  const credentials = assumedRole(sts(sandbox), request());

  await Promise.all([credentials(), credentials(), credentials()]);
  const identity = await new STSClient({ credentials }).send(new GetCallerIdentityCommand({}));

  expect(sandbox.calls({ operation: 'sts:AssumeRole' })).toHaveLength(1);
  expect(identity.Arn).toBe(`arn:aws:sts::${PAYMENTS}:assumed-role/EksAuditorMember/eks-auditor`);
});

test('the external id, the session’s name and its tags are sent', async () => {
  const sandbox = await signedIn(aWorld({ name: 'Reader', ...{ externalId: 'secret-id' } }));
  const role = {
    name: 'Reader',
    externalId: 'secret-id',
    sessionName: 'auditor',
    sessionTags: { team: 'security' },
  };

  await assumedRole(sts(sandbox), request(role))();

  expect(sandbox.calls({ operation: 'sts:AssumeRole' })).toMatchObject([
    { params: { RoleSessionName: 'auditor', ExternalId: 'secret-id' }, region: REGION, status: 200 },
  ]);
});

test('a session is renewed shortly before it expires, and not earlier', async () => {
  const sandbox = await signedIn(aWorld());
  const start = Date.now();
  let now = start;
  const credentials = assumedRole(sts(sandbox), request(), () => now);
  const renewals = () => sandbox.calls({ operation: 'sts:AssumeRole' }).length;

  await credentials();
  now = start + HOUR - 6 * 60_000;
  await credentials();
  expect(renewals()).toBe(1);

  now = start + HOUR - 4 * 60_000;
  await credentials();
  expect(renewals()).toBe(2);
});

test('a denial is not remembered', async () => {
  const sandbox = await signedIn(aWorld());
  sandbox.fail({ operation: 'sts:AssumeRole', times: 1, with: 'AccessDenied' });
  const credentials = assumedRole(sts(sandbox), request());

  await expect(credentials()).rejects.toThrow();
  await expect(credentials()).resolves.toMatchObject({ sessionToken: expect.any(String) });
});

test('a role with a path is named by its whole ARN', async () => {
  const sandbox = await signedIn(aWorld());

  await assumedRole(sts(sandbox), request({ name: '/audit/Reader' }))().catch(() => undefined);

  expect(sandbox.calls({ operation: 'sts:AssumeRole' })).toMatchObject([
    { params: { RoleArn: `arn:aws:iam::${PAYMENTS}:role/audit/Reader` } },
  ]);
});
