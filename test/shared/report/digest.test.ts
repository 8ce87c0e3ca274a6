import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SEVERITIES } from '../../../shared/model/verdict.ts';
import { CHANGE_KINDS, type VerdictChange } from '../../../shared/model/verdict-change.ts';
import { type DigestInput, digestOf } from '../../../shared/report/digest.ts';
import {
  addToDigest,
  countsByKind,
  NOTHING_CHANGED,
  type RunChanges,
} from '../../../shared/report/run-changes.ts';
import { aChange } from './change-builder.ts';
import { hostileText, UNSAFE } from './hostile-texts.ts';

const REPORT = 's3://eks-auditor-results/runs/run-1/report.html';

function changesOf(...accounts: readonly (readonly VerdictChange[])[]): RunChanges {
  return accounts.reduce<RunChanges>(
    (soFar, verdictChanges) => addToDigest(soFar, { verdictChanges }),
    NOTHING_CHANGED,
  );
}

function anInput(differing: Partial<DigestInput> = {}): DigestInput {
  return {
    run: { id: 'run-1', trigger: 'schedule', startedAt: '2026-11-26T06:00:00.000Z' },
    state: 'finished',
    changes: NOTHING_CHANGED,
    accounts: [{ accountId: '111111111111', name: 'payments', state: 'covered' }],
    always: false,
    report: REPORT,
    ...differing,
  };
}

const NOT_SEEN = { accountId: '222222222222', name: 'orders', state: 'not-covered' } as const;
const ON_CHANGE = { id: 'run-1', trigger: 'change' } as const;
const FIXED_HIGH = aChange({
  change: 'fixed',
  status: 'PASSED',
  severity: 'INFORMATIONAL',
  before: { status: 'FAILED', severity: 'HIGH' },
});

describe('a digest', () => {
  test('says in its subject what changed, worst first, and in its text where, why and what was not seen', () => {
    const changes = changesOf(
      [aChange(), aChange({ cluster: 'b' }), aChange({ severity: 'CRITICAL', cluster: 'c' })],
      [FIXED_HIGH, aChange({ change: 'gone', cluster: 'd' })],
    );

    const digest = digestOf(anInput({ changes, accounts: [...anInput().accounts, NOT_SEEN] }));

    expect(digest?.subject).toBe(
      'EKS Auditor: 1 new CRITICAL, 2 new HIGH, 1 fixed, 1 gone, 1 account not seen',
    );
    expect(digest?.text).toContain('EKS Auditor, run run-1 (schedule), started 2026-11-26 06:00 UTC\n');
    expect(digest?.text).toMatch(
      /New \(3\): 1 CRITICAL, 2 HIGH\n {2}CRITICAL {2}5\.4\.1 .+: 111111111111 \(payments\) · eu-west-1 · c\n {4}Open\./,
    );
    expect(digest?.text).toMatch(/Fixed \(1\): 1 HIGH\n {2}HIGH {2}5\.4\.1/);
    expect(digest?.text).toContain('Of resources that are gone: 1');
    expect(digest?.text).toContain('Accounts not seen (1)\n  222222222222 (orders)\n');
    expect(digest?.text.endsWith(`\nReport: ${REPORT}\n`)).toBe(true);
  });

  test('is none when nothing changed, also when an account was not seen', () => {
    expect(digestOf(anInput({ accounts: [NOT_SEEN] }))).toBeUndefined();
  });

  test('is one of every run where people want that, for everybody', () => {
    expect(digestOf(anInput({ always: true }))).toMatchObject({
      subject: 'EKS Auditor: no change',
      severities: ['OTHER'],
    });
  });

  test('is none of a run on change in which nothing changed, and for those of its severities when something did', () => {
    const input = anInput({ run: ON_CHANGE, always: true });

    expect(digestOf(input)).toBeUndefined();
    expect(digestOf({ ...input, changes: changesOf([aChange()]) })?.severities).toEqual(['HIGH']);
  });

  test('of a run on change tells what is new or worse, and nothing else', () => {
    const others = CHANGE_KINDS.filter((kind) => kind !== 'new' && kind !== 'worse').map((change) =>
      aChange({ change }),
    );
    const input = anInput({ run: ON_CHANGE, accounts: [NOT_SEEN], changes: changesOf(others) });
    expect(digestOf(input)).toBeUndefined();

    const digest = digestOf({ ...input, changes: changesOf([...others, aChange({ change: 'worse' })]) });
    expect(digest).toMatchObject({ subject: 'EKS Auditor: 1 worse', severities: ['HIGH'] });
    expect(digest?.text).not.toMatch(/Fixed|gone|not seen/);
  });

  test('counts accounts that were audited for the first time, and lists nothing of them', () => {
    const first = { firstAudit: true, verdictChanges: [aChange(), aChange({ status: 'WARNING' })] } as const;
    const changes = addToDigest(addToDigest(NOTHING_CHANGED, first), {
      firstAudit: true,
      verdictChanges: [],
    });

    const digest = digestOf(anInput({ changes }));

    expect(digest).toMatchObject({
      subject: 'EKS Auditor: first audit of 2 accounts: 1 failure',
      severities: ['OTHER'],
    });
    expect(digest?.text).toContain('First audit of 2 accounts: 1 failure\n');
    expect(digest?.text).not.toContain('New (');
    expect(digestOf(anInput({ changes, run: ON_CHANGE }))).toBeDefined();
  });

  test.each([
    ['failed', 'EKS Auditor: run failed, 1 new HIGH', 'The run failed.'],
    ['timedOut', 'EKS Auditor: run timed out, 1 new HIGH', 'took too long'],
    ['aborted', 'EKS Auditor: run aborted, 1 new HIGH', 'aborted'],
  ] as const)('says that the run %s', (state, subject, text) => {
    const digest = digestOf(
      anInput({ state, run: { id: 'run-1', trigger: 'manual' }, changes: changesOf([aChange()]) }),
    );

    expect(digest).toMatchObject({ subject, severities: ['HIGH', 'OTHER'] });
    expect(digest?.text).toContain(text);
  });

  test('says nothing of what a person suppressed', () => {
    expect(digestOf(anInput({ changes: changesOf([aChange({ suppressed: true })]) }))).toBeUndefined();
  });

  test('lists the worst twenty and accounts up to twenty, and how many more there are', () => {
    const changes = changesOf(
      Array.from({ length: 30 }, (_, index) => aChange({ cluster: `high-${index}` })),
      Array.from({ length: 15 }, (_, index) =>
        aChange({ severity: 'CRITICAL', cluster: `critical-${index}` }),
      ),
    );
    const accounts = Array.from({ length: 25 }, (_, index) => ({ ...NOT_SEEN, accountId: `${index}` }));

    const { text = '' } = digestOf(anInput({ changes, accounts })) ?? {};

    expect(text.match(/^ {2}CRITICAL /gm)).toHaveLength(15);
    expect(text.match(/^ {2}HIGH /gm)).toHaveLength(5);
    expect(text).toContain('  … and 25 more\n');
    expect(text.match(/\(orders\)$/gm)).toHaveLength(20);
    expect(text).toContain('  … and 5 more\n');
  });
});

describe('the severities of a digest', () => {
  test.each<[string, VerdictChange, string[]]>([
    ['a new failure', aChange({ severity: 'MEDIUM' }), ['MEDIUM']],
    ['what is worse', aChange({ change: 'worse', severity: 'CRITICAL' }), ['CRITICAL']],
    ['a fixed failure, which it had', FIXED_HIGH, ['HIGH']],
    ['an exception that ended', aChange({ change: 'exceptionEnded' }), ['HIGH']],
    ['a new warning', aChange({ status: 'WARNING', severity: 'LOW' }), ['OTHER']],
    ['a fixed warning', { ...FIXED_HIGH, before: { status: 'WARNING', severity: 'LOW' } }, ['OTHER']],
    ['what is gone', aChange({ change: 'gone' }), ['OTHER']],
    [
      'what is not available',
      aChange({ change: 'notAvailable', status: 'NOT_AVAILABLE', severity: 'LOW' }),
      ['OTHER'],
    ],
  ])('are of %s', (_, change, severities) => {
    expect(digestOf(anInput({ changes: changesOf([change]) }))?.severities).toEqual(severities);
  });

  test('have OTHER beside them when an account was not seen', () => {
    const changes = changesOf([aChange(), FIXED_HIGH, aChange({ severity: 'LOW' })]);

    expect(digestOf(anInput({ changes, accounts: [NOT_SEEN] }))?.severities).toEqual([
      'HIGH',
      'LOW',
      'OTHER',
    ]);
  });
});

const anyChange = fc
  .record({
    change: fc.constantFrom(...CHANGE_KINDS),
    status: fc.constantFrom('FAILED', 'WARNING', 'PASSED', 'NOT_AVAILABLE'),
    severity: fc.constantFrom(...SEVERITIES),
    cluster: fc.constantFrom('a', 'b', 'c'),
    accountId: fc.constantFrom('111111111111', '222222222222'),
    controlId: fc.constantFrom('5.4.1', '5.10.1'),
  })
  .map((fields) => aChange({ ...fields, findingId: JSON.stringify(fields) }));

test('what was added in any order and in any parts is the same', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyChange, { maxLength: 30 }), { maxLength: 6 }), (accounts) => {
      const expected = changesOf(accounts.flat());
      expect(changesOf(...accounts)).toEqual(expected);
      expect(changesOf(...accounts.toReversed().map((changes) => changes.toReversed()))).toEqual(expected);
      const counts = Object.values(countsByKind(expected));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(accounts.flat().length);
    }),
  );
});

test('keeps twenty of each kind of 200,000 changes', () => {
  const account = CHANGE_KINDS.flatMap((change) => [aChange({ change }), aChange({ change, cluster: 'b' })]);
  let changes = NOTHING_CHANGED;
  for (let index = 0; index < 200_000 / account.length; index += 1) {
    changes = addToDigest(changes, { verdictChanges: account });
  }

  expect(Object.values(changes.kinds).map(({ listed }) => listed.length)).toEqual(CHANGE_KINDS.map(() => 20));
  expect(digestOf(anInput({ changes }))?.text).toContain('New (22,224): 22,224 HIGH');
});

test('a subject is ASCII and shorter than 100 characters, whatever changed', () => {
  const parts = fc.record({
    state: fc.constantFrom('finished', 'failed', 'timedOut', 'aborted'),
    trigger: fc.constantFrom('schedule', 'change', 'manual'),
    changes: fc.array(anyChange, { maxLength: 200 }),
    notSeen: fc.constantFrom(0, 1, 5_000),
  });
  fc.assert(
    fc.property(parts, ({ state, trigger, changes, notSeen }) => {
      const accounts = Array.from({ length: notSeen }, () => NOT_SEEN);
      const run = { id: 'r', trigger };
      const digest = digestOf(anInput({ state, run, accounts, changes: changesOf(changes), always: true }));
      if (digest) expect(digest.subject).toMatch(/^EKS Auditor: [ -~]{1,86}$/);
      else expect(trigger).toBe('change');
    }),
  );
});

test('nothing in a text of others breaks a line, hides, or makes a digest too large to be sent', () => {
  fc.assert(
    fc.property(hostileText, (hostile) => {
      const change = (kind: VerdictChange['change']) =>
        aChange({
          change: kind,
          cluster: hostile,
          region: hostile,
          accountId: hostile,
          controlId: hostile,
          reason: hostile,
          resource: { type: 'Other', id: hostile, name: hostile },
        });
      const all = CHANGE_KINDS.flatMap((kind) => Array.from({ length: 21 }, () => change(kind)));
      const accounts = Array.from({ length: 21 }, () => ({ ...NOT_SEEN, accountId: hostile, name: hostile }));
      const { text = '', subject } = digestOf(anInput({ changes: changesOf(all), accounts })) ?? {};

      // 5 lists of 20 changes with two lines each, one of accounts, titles and ends, counts, and blank lines between.
      expect(text.split('\n')).toHaveLength(1 + 5 * 42 + 4 + 22 + 1 + 9);
      expect(text.replaceAll('\n', '')).not.toMatch(UNSAFE);
      expect(Buffer.byteLength(text)).toBeLessThan(250_000);
      expect(subject).toMatch(/^EKS Auditor: 21 new HIGH, 21 worse/);
    }),
    { numRuns: 8 },
  );
});

describe('exceptions in a digest', () => {
  const soon = {
    id: 'legacy',
    controls: ['endpoint-access'],
    reason: 'Vendor appliance',
    owner: 'platform@example.com',
    expires: '2026-12-10',
    state: 'expires-soon',
    verdicts: 3,
  } as const;
  const exceptions = [
    soon,
    { ...soon, id: 'old', state: 'expired' },
    { ...soon, id: 'far', state: 'used' },
  ] as const;

  test('are those that have ended or end soon, beside what changed', () => {
    const digest = digestOf(anInput({ changes: changesOf([aChange()]), exceptions }));

    expect(digest?.text).toContain(
      [
        'Exceptions that have ended or end within 30 days (2)',
        '  legacy (platform@example.com) covers 3 verdicts until 2026-12-10',
        '  old (platform@example.com) expired on 2026-12-10',
        '',
      ].join('\n'),
    );
    expect(digest?.text).not.toContain('far');
  });

  test('are no change, and are not told by runs on change', () => {
    expect(digestOf(anInput({ exceptions }))).toBeUndefined();
    const onChange = digestOf(anInput({ run: ON_CHANGE, changes: changesOf([aChange()]), exceptions }));
    expect(onChange?.text).not.toContain('legacy');
  });

  test('do not count what they cover as new, only as excepted', () => {
    const changes = changesOf([
      aChange({ change: 'excepted', exception: 'legacy' }),
      aChange({ change: 'seenAgain', exception: 'legacy', cluster: 'b' }),
    ]);

    expect(countsByKind(changes)).toMatchObject({ new: 0, seenAgain: 0, excepted: 1 });
    expect(digestOf(anInput({ changes }))?.subject).toBe('EKS Auditor: 1 excepted');
  });

  test('of a first audit are no failures', () => {
    const verdictChanges = [aChange(), aChange({ change: 'excepted', exception: 'legacy', cluster: 'b' })];

    expect(addToDigest(NOTHING_CHANGED, { verdictChanges, firstAudit: true }).firstAudits.failures).toBe(1);
  });
});
