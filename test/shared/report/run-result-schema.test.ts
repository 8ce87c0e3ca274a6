import { readFileSync } from 'node:fs';
import { expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { NO_CHANGES, type RunResult } from '../../../shared/model/run.ts';
import { runResultJsonSchema, type runResultSchema } from '../../../shared/report/run-result-schema.ts';
import { aGap, anAccount, aRegion, aRun, aVerdict } from './builders.ts';

const file = new URL('../../../docs/run-result.schema.json', import.meta.url);
const published: unknown = JSON.parse(readFileSync(file, 'utf8'));

/** Checks with the published file, not with the schema it is generated from. */
function isValid(document: unknown): boolean {
  return z
    .fromJSONSchema(z.json().parse(published) as Parameters<typeof z.fromJSONSchema>[0])
    .safeParse(JSON.parse(JSON.stringify(document))).success;
}

function aFullRun(): RunResult {
  const failed = { accountId: '111111111111', region: 'eu-west-1', findingId: 'id', code: 'c', message: 'm' };
  return aRun({
    publish: true,
    verdicts: [aVerdict(), aVerdict({ resource: { type: 'AwsAccount', id: 'AWS::::Account:111111111111' } })],
    accounts: [
      anAccount({
        name: 'prod',
        gaps: [aGap()],
        regions: [aRegion({ gaps: [aGap({ controlIds: ['5.4.1'] })] })],
      }),
    ],
    skipped: [
      { accountId: '222222222222', code: 'ACCOUNT_NOT_ACTIVE', reason: 'suspended', askedFor: false },
    ],
    changes: { ...NO_CHANGES, failed: [failed] },
  });
}

it('is the schema in docs/ (npm run generate)', () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(runResultJsonSchema())));
});

it('describes exactly the type RunResult', () => {
  type Mutable<T> = T extends object ? { -readonly [Key in keyof T]: Mutable<T[Key]> } : T;
  type Described = z.infer<typeof runResultSchema>;
  // Both are checked by the compiler: each is the other.
  expectTypeOf<Mutable<RunResult>>().toExtend<Described>();
  expectTypeOf<Described>().toExtend<RunResult>();
});

it('accepts a result with every field', () => {
  expect(isValid(aFullRun())).toBe(true);
});

it('accepts the example in docs/json-output.md', () => {
  const page = readFileSync(new URL('../../../docs/json-output.md', import.meta.url), 'utf8');
  const [, example = ''] = /```json\n([\s\S]+?)```/.exec(page) ?? [];

  expect(isValid(JSON.parse(example))).toBe(true);
});

it('accepts fields that a later version adds', () => {
  expect(isValid({ ...aFullRun(), added: 1 })).toBe(true);
});

it.each([
  ['another major version', { schemaVersion: '2.0' }],
  ['no verdicts', { verdicts: undefined }],
  ['a status that does not exist', { verdicts: [{ ...aVerdict(), status: 'OK' }] }],
  ['a verdict without evidence', { verdicts: [{ ...aVerdict(), evidence: undefined }] }],
])('rejects %s', (_, wrong) => {
  expect(isValid({ ...aFullRun(), ...wrong })).toBe(false);
});
