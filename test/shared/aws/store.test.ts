import { beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import { type Store, s3Store } from '../../../shared/aws/store.ts';
import { accessTo } from '../../aws-access.ts';
import { aTestOrganization, REGION, SECURITY, signedIn } from '../../harness.ts';

const BUCKET = 'results';
const KEY = 'one/object.json';

let sandbox: Sandbox;
let store: Store;

beforeEach(async () => {
  sandbox = await signedIn(aTestOrganization());
  sandbox.account(SECURITY).add.bucket(BUCKET);
  store = s3Store(accessTo(sandbox, SECURITY, { maxAttempts: 3 }), REGION, BUCKET);
});

/** The next write happens, and nobody hears of it: the SDK sends it again. */
function loseAnAnswer(): void {
  sandbox.fail({ operation: 's3:PutObject', with: 'CutBody', times: 1 });
}

describe('a write on condition whose answer is lost', () => {
  test('has succeeded where there was no object', async () => {
    loseAnAnswer();

    const etag = await store.put(KEY, 'mine', { ifNoneMatch: '*' });

    expect(await store.getWithTag(KEY)).toEqual({ text: 'mine', etag });
    expect(sandbox.calls({ operation: 's3:PutObject' })).toHaveLength(2);
  });

  test('has succeeded where the object was the expected one', async () => {
    const ifMatch = await store.put(KEY, 'before');
    loseAnAnswer();

    const etag = await store.put(KEY, 'mine', { ifMatch });

    expect(await store.getWithTag(KEY)).toEqual({ text: 'mine', etag });
  });

  test('has succeeded with bytes as well', async () => {
    loseAnAnswer();

    await expect(store.put(KEY, Buffer.from('été'), { ifNoneMatch: '*' })).resolves.toBeTypeOf('string');
  });
});

test.each([
  ['exists although it should not', { ifNoneMatch: '*' as const }],
  ['is another than the expected one', { ifMatch: '"of an earlier version"' }],
])('a write is refused whose object %s', async (_, condition) => {
  await store.put(KEY, 'of another');

  await expect(store.put(KEY, 'mine', condition)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect(await store.get(KEY)).toBe('of another');
});

test('a write is refused whose object is not there any more', async () => {
  await expect(store.put(KEY, 'mine', { ifMatch: '"gone"' })).rejects.toMatchObject({
    name: 'PreconditionFailed',
  });
});
