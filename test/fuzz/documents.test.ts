import fc from 'fast-check';
import { expect, it } from 'vitest';
import type * as z from 'zod';
import { parseCheckpoint } from '../../functions/audit/checkpoint.ts';
import { parseAccountResult, parseCrash, parsePlan } from '../../functions/report/stored-run.ts';
import { auditEventSchema, planEventSchema, reportEventSchema } from '../../functions/runtime/events.ts';
import { parseLatestAccounts } from '../../functions/runtime/latest-accounts.ts';
import { StoredDocumentError } from '../../functions/runtime/stored-document.ts';
import { parseConfig } from '../../shared/config/config.ts';
import { ConfigError, describeIssues } from '../../shared/config/config-error.ts';
import { hostileJson, hostileText, mutated } from './hostile.ts';

const RUN = {
  id: 'run-1',
  trigger: 'manual',
  startedAt: '2026-11-22T10:00:00.000Z',
  version: '1.0.0',
  benchmark: '1.8.0',
  publish: true,
};
const TARGET = { partition: 'aws', accountId: '111122223333', regions: [{ region: 'eu-west-1' }] };
const CONFIG = {
  targets: { accounts: ['111122223333'], regions: ['eu-west-1'] },
  role: { name: 'Auditor', externalId: 'abc', sessionTags: { a: 'b' } },
  settings: { trustedAccounts: ['111122223333'], thirdPartyScanners: [] },
};

it.each<[string, z.ZodType, unknown]>([
  ['plan', planEventSchema, { trigger: 'manual', accounts: ['111122223333'] }],
  ['audit', auditEventSchema, { run: RUN, target: TARGET, slice: 1 }],
  ['report', reportEventSchema, { run: RUN }],
])('any event of %s is accepted, or refused in a kilobyte', (_, schema, event) => {
  fc.assert(
    fc.property(mutated(event), (changed) => {
      const { error } = schema.safeParse(changed, { reportInput: true });
      const message = error === undefined ? '' : describeIssues(error.issues);

      expect(new TextEncoder().encode(message).length).toBeLessThanOrEqual(1_000);
    }),
  );
});

it('any document that is read back is understood, or refused as one that is not', () => {
  const parsers = [
    (written: string) => parseAccountResult(written, 'key'),
    (written: string) => parsePlan(written, RUN),
    (written: string) => parseCrash(written, 'key'),
    (written: string) => parseLatestAccounts(written),
    (written: string) => parseCheckpoint(written, 'key', '111122223333', 'lease'),
  ];
  const document = fc.oneof(
    mutated({ formatVersion: 2, run: RUN, targets: [TARGET], organization: { accountIds: [] } }),
    mutated({ formatVersion: 1, accounts: { '111122223333': { regions: [], durationMs: 1 } } }),
    hostileJson,
  );
  const text = fc.oneof(
    document.map((value) => JSON.stringify(value) ?? ''),
    hostileText,
  );
  fc.assert(
    fc.property(text, fc.constantFrom(...parsers), (written, parser) => {
      try {
        parser(written);
      } catch (error) {
        expect(error).toBeInstanceOf(StoredDocumentError);
        expect(String(error).length).toBeLessThan(1_200);
      }
    }),
  );
});

it('any configuration is accepted, or refused as one', () => {
  fc.assert(
    fc.property(mutated(CONFIG), (changed) => {
      try {
        parseConfig(changed, 'configuration');
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    }),
  );
});
