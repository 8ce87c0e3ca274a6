import { expect, test } from 'vitest';
import { accountKeysOf, keysOf, stateKey } from '../../functions/runtime/storage-keys.ts';
import { PAYMENTS } from '../harness.ts';

const RUN = { id: '20260102T030405Z-abcdef' };

test('what a run leaves is below runs/, where it expires, and what is kept of accounts is not', () => {
  const ofRun = [...Object.values(keysOf(RUN)), ...Object.values(accountKeysOf(RUN, PAYMENTS))];

  expect(ofRun.filter((key) => !key.startsWith(`runs/${RUN.id}/`))).toEqual([]);
  expect(stateKey(PAYMENTS)).toBe(`accounts/${PAYMENTS}/state.json`);
});

test('results are found below the prefix that the report lists, and checkpoints are not', () => {
  const { resultKey, checkpointKey, crashedKey } = accountKeysOf(RUN, PAYMENTS);
  const { accountsPrefix, crashedPrefix } = keysOf(RUN);

  expect(resultKey.startsWith(accountsPrefix)).toBe(true);
  expect(crashedKey.startsWith(crashedPrefix)).toBe(true);
  expect(checkpointKey.startsWith(accountsPrefix)).toBe(false);
});
