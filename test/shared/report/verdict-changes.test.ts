import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReportedVerdict } from '../../../shared/model/reported-verdict.ts';
import type { Severity, Status, Verdict } from '../../../shared/model/verdict.ts';
import type { ChangeKind } from '../../../shared/model/verdict-change.ts';
import { findingId } from '../../../shared/publish/ids.ts';
import { type Audited, type Reported, verdictChanges } from '../../../shared/report/verdict-changes.ts';
import { aVerdict } from '../publish/builders.ts';

type Judged = readonly [Status, Severity];

const FAILED: Judged = ['FAILED', 'MEDIUM'];
const FAILED_HIGH: Judged = ['FAILED', 'HIGH'];
const WARNING: Judged = ['WARNING', 'LOW'];
const PASSED: Judged = ['PASSED', 'INFORMATIONAL'];
const NOT_AVAILABLE: Judged = ['NOT_AVAILABLE', 'LOW'];

function verdictOf([status, severity]: Judged): Verdict {
  return aVerdict({ status, severity });
}

function audited(differing: Partial<Audited> = {}): Audited {
  return { verdicts: [], isGone: () => false, outdated: new Set(), suppressed: new Map(), ...differing };
}

/** What each of several audits, one after the other, tells of one verdict; `undefined` is one that did not look at it. */
function told(...history: readonly (Judged | 'gone' | undefined)[]): (ChangeKind | undefined)[] {
  let reported: Reported = new Map<string, ReportedVerdict>();
  return history.map((judged) => {
    const isLookedAt = Array.isArray(judged);
    const compared = verdictChanges(
      reported,
      audited({ verdicts: isLookedAt ? [verdictOf(judged as Judged)] : [], isGone: () => judged === 'gone' }),
    );
    reported = compared.reported;
    expect(compared.changes.length).toBeLessThanOrEqual(1);
    return compared.changes[0]?.change;
  });
}

describe('what is told of a verdict', () => {
  test.each<[string, (Judged | 'gone' | undefined)[], (ChangeKind | undefined)[]]>([
    ['a new failure, once', [FAILED, FAILED], ['new', undefined]],
    ['a new warning', [WARNING], ['new']],
    ['nothing of what passes from the beginning', [PASSED, PASSED], [undefined, undefined]],
    ['nothing of what was never judged', [NOT_AVAILABLE, NOT_AVAILABLE], [undefined, undefined]],
    ['a failure of what was never judged before', [NOT_AVAILABLE, FAILED], [undefined, 'new']],
    ['nothing when what was never judged passes', [NOT_AVAILABLE, PASSED], [undefined, undefined]],
    ['what broke', [PASSED, FAILED], [undefined, 'new']],
    ['what was fixed', [FAILED, PASSED], ['new', 'fixed']],
    ['a fixed warning', [WARNING, PASSED], ['new', 'fixed']],
    ['another severity', [FAILED, FAILED_HIGH, FAILED], ['new', 'worse', 'better']],
    ['a warning that fails, and the reverse', [WARNING, FAILED, WARNING], ['new', 'worse', 'better']],
    [
      'what cannot be seen and is seen again',
      [FAILED, NOT_AVAILABLE, FAILED],
      ['new', 'notAvailable', 'seenAgain'],
    ],
    [
      'what passes and is seen again',
      [PASSED, NOT_AVAILABLE, PASSED],
      [undefined, 'notAvailable', 'seenAgain'],
    ],
    [
      'what was fixed unseen',
      [FAILED, NOT_AVAILABLE, NOT_AVAILABLE, PASSED],
      ['new', 'notAvailable', undefined, 'fixed'],
    ],
    ['what broke unseen', [PASSED, NOT_AVAILABLE, FAILED], [undefined, 'notAvailable', 'new']],
    ['what got worse unseen', [FAILED, NOT_AVAILABLE, FAILED_HIGH], ['new', 'notAvailable', 'worse']],
    [
      'what is gone, and new when it returns',
      [FAILED, 'gone', 'gone', FAILED],
      ['new', 'gone', undefined, 'new'],
    ],
    ['what is gone although it passed', [PASSED, 'gone'], [undefined, 'gone']],
    ['nothing of what was not looked at', [FAILED, undefined, FAILED], ['new', undefined, undefined]],
  ])('is %s', (_, history, expected) => {
    expect(told(...history)).toEqual(expected);
  });

  test('is nothing when a later observation is known, which stays reported', () => {
    const before = verdictChanges(new Map(), audited({ verdicts: [verdictOf(PASSED)] })).reported;
    const verdict = verdictOf(FAILED);

    const compared = verdictChanges(
      before,
      audited({ verdicts: [verdict], outdated: new Set([findingId(verdict)]) }),
    );

    expect(compared).toEqual({ changes: [], reported: before });
  });

  test('is not that it is gone where a later observation still saw it', () => {
    const before = verdictChanges(new Map(), audited({ verdicts: [verdictOf(FAILED)] })).reported;

    const compared = verdictChanges(
      before,
      audited({ isGone: () => true, outdated: new Set(before.keys()) }),
    );

    expect(compared).toEqual({ changes: [], reported: before });
  });

  describe('says that a person suppressed it', () => {
    const failed = verdictOf(FAILED);
    const { region } = failed.scope;
    const suppressed = new Map([[region, new Set([findingId(failed)])]]);
    const { reported } = verdictChanges(new Map(), audited({ verdicts: [failed], suppressed }));
    const worse = { verdicts: [verdictOf(FAILED_HIGH)] };
    const gone = { isGone: () => true };

    test.each<[string, Partial<Audited>, object]>([
      ['when it gets worse', { ...worse, suppressed }, { change: 'worse', suppressed: true }],
      ['when it is gone', { ...gone, suppressed }, { change: 'gone', suppressed: true }],
      ['when it gets worse and nothing is known of it', worse, { change: 'worse', suppressed: true }],
      ['when it is gone and nothing is known of it', gone, { change: 'gone', suppressed: true }],
    ])('%s', (_, what, change) => {
      expect(verdictChanges(reported, audited(what)).changes).toMatchObject([change]);
    });

    test.each<[string, Partial<Audited>]>([
      ['gets worse', worse],
      ['is gone', gone],
    ])('no longer when it %s and he took that back', (_, what) => {
      const takenBack = new Map([[region, new Set<string>()]]);

      const [change] = verdictChanges(reported, audited({ ...what, suppressed: takenBack })).changes;

      expect(change).not.toHaveProperty('suppressed');
    });

    test('when it is gone right after that', () => {
      const before = verdictChanges(new Map(), audited({ verdicts: [failed] })).reported;

      expect(verdictChanges(before, audited({ ...gone, suppressed })).changes).toMatchObject([
        { change: 'gone', suppressed: true },
      ]);
    });
  });
});

test('what is fixed says what it was when it was last judged, and what is new for the first time says nothing', () => {
  const first = verdictChanges(new Map(), audited({ verdicts: [verdictOf(FAILED_HIGH)] }));
  const unseen = verdictChanges(first.reported, audited({ verdicts: [verdictOf(NOT_AVAILABLE)] }));
  const fixed = verdictChanges(unseen.reported, audited({ verdicts: [verdictOf(PASSED)] }));

  expect(first.changes[0]).not.toHaveProperty('before');
  expect(fixed.changes).toMatchObject([
    { change: 'fixed', severity: 'INFORMATIONAL', before: { status: 'FAILED', severity: 'HIGH' } },
  ]);
});

test('audits that see the same tell nothing the second time, whatever there was before', () => {
  const judged = fc.constantFrom(
    FAILED,
    FAILED_HIGH,
    WARNING,
    PASSED,
    NOT_AVAILABLE,
    'gone' as const,
    undefined,
  );
  fc.assert(
    fc.property(fc.array(judged, { maxLength: 12 }), judged, (history, last) => {
      expect(told(...history, last, last).at(-1)).toBeUndefined();
    }),
  );
});

test('the number of problems is what was new, less what was fixed or gone', () => {
  const judged = fc.constantFrom(FAILED, FAILED_HIGH, WARNING, PASSED, 'gone' as const);
  fc.assert(
    fc.property(fc.array(judged, { maxLength: 20 }), (history) => {
      const kinds = told(...history);
      const problems = history.map((one) => Array.isArray(one) && one[0] !== 'PASSED');
      const open = kinds.reduce((sum, kind, index) => {
        const wasProblem = problems[index - 1] ?? false;
        if (kind === 'new') return sum + 1;
        return kind === 'fixed' || (kind === 'gone' && wasProblem) ? sum - 1 : sum;
      }, 0);
      expect(open).toBe(problems.at(-1) ? 1 : 0);
    }),
  );
});

describe('what is told of a verdict that an exception covers', () => {
  const exception = { id: 'legacy', reason: 'r', owner: 'o', expires: '2027-03-31' };
  const covered = (judged: Judged): Verdict => ({ ...verdictOf(judged), exception });
  const toldOf = (...history: readonly Verdict[]): (ChangeKind | undefined)[] => {
    let reported: Reported = new Map<string, ReportedVerdict>();
    return history.map((verdict) => {
      const compared = verdictChanges(reported, audited({ verdicts: [verdict] }));
      reported = compared.reported;
      return compared.changes[0]?.change;
    });
  };

  test.each<[string, Verdict[], (ChangeKind | undefined)[]]>([
    [
      'that it is covered, once',
      [verdictOf(FAILED), covered(FAILED), covered(FAILED)],
      ['new', 'excepted', undefined],
    ],
    ['that it is covered from the beginning', [covered(FAILED)], ['excepted']],
    ['that it broke, as covered', [verdictOf(PASSED), covered(FAILED)], [undefined, 'excepted']],
    [
      'nothing when it gets worse meanwhile',
      [covered(WARNING), covered(FAILED_HIGH)],
      ['excepted', undefined],
    ],
    [
      'that it is not covered any more, once',
      [covered(FAILED), verdictOf(FAILED), verdictOf(FAILED)],
      ['excepted', 'exceptionEnded', undefined],
    ],
    ['that, even if it got better', [covered(FAILED), verdictOf(WARNING)], ['excepted', 'exceptionEnded']],
    [
      'that it is fixed',
      [covered(FAILED), verdictOf(PASSED), covered(FAILED)],
      ['excepted', 'fixed', 'excepted'],
    ],
    [
      'that it cannot be seen, and can again',
      [covered(FAILED), verdictOf(NOT_AVAILABLE), covered(FAILED)],
      ['excepted', 'notAvailable', 'seenAgain'],
    ],
    [
      'that it ended while it could not be seen',
      [covered(FAILED), verdictOf(NOT_AVAILABLE), verdictOf(NOT_AVAILABLE), verdictOf(FAILED)],
      ['excepted', 'notAvailable', undefined, 'exceptionEnded'],
    ],
  ])('%s', (_, history, expected) => {
    expect(toldOf(...history)).toEqual(expected);
  });

  test('names the exception, so that it raises no event', () => {
    const { changes } = verdictChanges(new Map(), audited({ verdicts: [covered(FAILED)] }));

    expect(changes).toMatchObject([{ change: 'excepted', exception: 'legacy' }]);
  });
});
