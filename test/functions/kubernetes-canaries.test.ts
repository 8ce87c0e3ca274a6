import { expect, test, vi } from 'vitest';
import { s3Store } from '../../shared/aws/store.ts';
import { accessTo } from '../aws-access.ts';
import { PAYMENTS, REGION, SECURITY, signedIn } from '../harness.ts';
import { anObject } from '../infra/sandbox/kubernetes-support.ts';
import { aWorldWith } from '../shared/pipeline/kubernetes-world.ts';
import { aRun, auditWholly, BUCKET, read, stubFunctions } from './audit-world.ts';
import { functions } from './lambda-support.ts';

const CANARY = 'canary-3b7d91';
const POD = anObject('v1', 'Pod', ['shop', 'web'], {
  spec: { containers: [{ name: 'main', image: 'nginx:1', env: [{ name: 'TOKEN', value: CANARY }] }] },
});

test.each([
  ['is read', 'works'],
  ['cannot be reached', 'wrongAuthority'],
] as const)('the functions log and keep nothing secret of a cluster that %s', async (_, connection) => {
  stubFunctions();
  vi.stubEnv(
    'EKS_AUDITOR_CONFIG',
    JSON.stringify({ kubernetes: { enabled: true }, limits: { maxAttempts: 1 } }),
  );
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'DEBUG');
  vi.stubEnv('POWERTOOLS_LOGGER_LOG_EVENT', 'true');
  const sandbox = await signedIn(aWorldWith({ connection, objects: [POD] }));
  sandbox.account(SECURITY).add.bucket(BUCKET);
  const store = s3Store(accessTo(sandbox, SECURITY), REGION, BUCKET);
  const world = { sandbox, store, run: await aRun(store), audit: (await functions()).audit };

  await auditWholly(world);

  const logged = (['log', 'info', 'warn', 'error', 'debug'] as const).flatMap((method) =>
    vi.mocked(console[method]).mock.calls.flat(),
  );
  const kept = await Promise.all((await store.list('')).map((key) => read(world, key)));
  const told = sandbox.calls({ operation: 'events:PutEvents' }).map(({ params }) => params);
  const everything = JSON.stringify([logged, kept, told, sandbox.findings(PAYMENTS, REGION)]);
  expect(logged.length).toBeGreaterThan(0);
  expect(everything).toContain(connection === 'works' ? 'nginx:1' : 'kubernetes:connect');
  const tokens = [...sandbox.bearerTokens].map((token) => token.slice(20, 80));
  const secrets = [CANARY, ...tokens, 'k8s-aws-v1', 'BEGIN CERTIFICATE', 'LS0tLS1CRUdJTi'];
  expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
});
