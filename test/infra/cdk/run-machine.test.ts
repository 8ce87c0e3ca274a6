import { expect, test } from 'vitest';
import { auditEventSchema, auditedEventSchema } from '../../../functions/runtime/events.ts';
import { states } from './run-machine-states.ts';
import { synthesized } from './synthesized.ts';

test.each([
  ['Audit', auditEventSchema],
  ['Report', auditedEventSchema],
])('%s gets exactly the input of its schema', (name, schema) => {
  const payload = Object.keys(states()[name]?.Parameters?.Payload ?? {});

  expect(payload.map((key) => key.replace(/\.\$$/, '')).sort()).toEqual(Object.keys(schema.shape).sort());
});

test('the functions are invoked by version', () => {
  const invoked = JSON.stringify(synthesized().auditor.toJSON()).match(
    /\{"Ref":"(Plan|Audit|Report)FunctionCurrentVersion\w+"\}/g,
  );

  expect(new Set(invoked).size).toBe(3);
});
