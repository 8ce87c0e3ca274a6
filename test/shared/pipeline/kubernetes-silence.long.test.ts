import { expect, test } from 'vitest';
import { gapsOf } from '../../harness.ts';
import { aSandboxWith, audit, questions } from './kubernetes-world.ts';

test('a cluster that takes connections and says nothing is one gap', async () => {
  await aSandboxWith({ connection: 'silent' });

  expect(gapsOf(await audit())).toMatchObject([{ operation: 'kubernetes:connect', code: 'NoConnection' }]);
});

test('a cluster that never answers is asked once, and is one gap', async () => {
  const sandbox = await aSandboxWith({});
  sandbox.fail({ operation: 'kubernetes:*', with: 'Timeout' });

  expect(gapsOf(await audit())).toMatchObject([{ operation: 'kubernetes:connect', code: 'NoAnswer' }]);
  expect(questions(sandbox)).toEqual(['kubernetes:get /apis']);
});

test('a list that never answers is one gap, and the others are read', async () => {
  const sandbox = await aSandboxWith({});
  sandbox.fail({ operation: 'kubernetes:list services', with: 'Timeout' });

  expect(gapsOf(await audit())).toContainEqual(
    expect.objectContaining({ operation: 'kubernetes:list services', code: 'NoAnswer' }),
  );
  expect(questions(sandbox)).toContain('kubernetes:list pods');
});
