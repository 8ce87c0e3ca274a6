import { afterAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../infra/sandbox/sandbox.ts';
import { awsAccount } from '../../shared/aws/account.ts';
import { sharedConnections } from '../../shared/aws/connections.ts';
import { requestOptionsOf } from '../../shared/aws/request-options.ts';
import { type Store, s3Store } from '../../shared/aws/store.ts';
import { parseConfig } from '../../shared/config/config.ts';
import { aTestOrganization, REGION, SECURITY } from '../harness.ts';
import { faultsOf } from './faults.ts';
import { operationsOf } from './operations.ts';

/* The bucket: whatever S3 answers, a text is the one that was written, a list is whole, or the call is refused. */

const BUCKET = 'eks-auditor-results';
const KEYS = ['runs/1/a.json', 'runs/1/b.json'];
const TEXT = JSON.stringify({ text: 'x'.repeat(2_000) });

/** What is done with the bucket, by operation, and what it must come to unless it is refused. */
const USES: Readonly<Record<string, (store: Store) => Promise<boolean>>> = {
  's3:PutObject': async (store) => {
    await store.put('runs/1/new.json', TEXT);
    return (await store.get('runs/1/new.json')) === TEXT;
  },
  's3:GetObject': async (store) => (await store.get(KEYS[0] ?? '')) === TEXT,
  's3:ListObjectsV2': async (store) => String(await store.list('runs/1/')) === String(KEYS),
};

async function aBucket(): Promise<Sandbox> {
  const sandbox = await startSandbox(aTestOrganization());
  sandbox.account(SECURITY).add.bucket(BUCKET);
  for (const key of KEYS) await storeIn(sandbox, false).put(key, TEXT);
  return sandbox;
}

function storeIn(sandbox: Sandbox, waits: boolean): Store {
  const options = {
    ...requestOptionsOf(parseConfig({})),
    maxAttempts: waits ? 2 : 3,
    backOffMs: 1,
    maxPages: 20,
    ...(waits && { requestTimeoutMs: 300 }),
  };
  process.env.AWS_ENDPOINT_URL = sandbox.url;
  const credentials = async () => sandbox.credentials(SECURITY);
  const identity = { partition: 'aws', accountId: SECURITY };
  return s3Store(awsAccount(identity, credentials, sharedConnections(options), options), REGION, BUCKET);
}

const rows: string[] = [];
afterAll(() => console.log(['s3: cells by outcome', ...rows].join('\n')));

describe.each(operationsOf('s3'))('$name', (declared) => {
  test('no fault makes a text or a list that is not true', async () => {
    const use = USES[declared.name];
    expect(use, 'the test does not use the operation').toBeDefined();
    const counts = { same: 0, refused: 0 };
    const forbidden: string[] = [];
    for (const { name, faults, passes, waits } of faultsOf(declared)) {
      const sandbox = await aBucket();
      for (const fault of faults) sandbox.fail({ ...fault, operation: declared.name });
      const outcome = await use?.(storeIn(sandbox, waits === true)).catch(() => 'refused' as const);
      counts[outcome === 'refused' ? 'refused' : 'same'] += 1;
      if (outcome === false) forbidden.push(`${name}: it is not what was written`);
      if (passes && outcome !== true) forbidden.push(`${name}: a fault that goes by was refused`);
      await sandbox.close();
    }
    rows.push(
      `  ${declared.name}: ${counts.same} same, ${counts.refused} refused, ${forbidden.length} forbidden`,
    );
    expect(forbidden).toEqual([]);
  });
});
