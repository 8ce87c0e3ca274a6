import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withExceptions } from '../../../shared/evaluate/exceptions.ts';
import type { Exception } from '../../../shared/model/exception.ts';
import { STATUSES, type Verdict } from '../../../shared/model/verdict.ts';
import { aVerdict } from '../report/builders.ts';

const DAY = '2026-11-26';

function anException(differing: Partial<Exception> = {}): Exception {
  return {
    id: 'legacy',
    controls: ['endpoint-access'],
    accounts: [],
    organizationalUnits: [],
    regions: [],
    clusters: [],
    resources: [],
    reasonCodes: [],
    everywhere: false,
    reason: 'Vendor appliance',
    owner: 'platform@example.com',
    expires: '2027-03-31',
    ...differing,
  };
}

const UNITS = [{ id: 'r-root' }, { id: 'ou-root-parent00' }, { id: 'ou-root-child000' }];

function coveredBy(
  exceptions: readonly Exception[],
  verdict: Verdict = aVerdict(),
  day = DAY,
): string | undefined {
  return withExceptions([verdict], { exceptions, day, organizationalUnits: UNITS })[0]?.exception?.id;
}

describe('an exception', () => {
  test('leaves the status, and says what people read of it', () => {
    const [verdict] = withExceptions([aVerdict()], {
      exceptions: [anException({ everywhere: true })],
      day: DAY,
    });

    expect(verdict).toEqual({
      ...aVerdict(),
      exception: {
        id: 'legacy',
        reason: 'Vendor appliance',
        owner: 'platform@example.com',
        expires: '2027-03-31',
      },
    });
  });

  test.each<[string, Partial<Exception>]>([
    ['a control', { controls: ['endpoint-*'] }],
    ['an account', { accounts: ['111111111111'] }],
    ['accounts that begin alike', { accounts: ['1111*'] }],
    ['a Region', { regions: ['eu-*'] }],
    ['a cluster', { clusters: ['pay*'] }],
    ['a resource by its ARN', { resources: ['arn:aws:eks:*:cluster/payments'] }],
    ['a resource by its name', { resources: ['payments'] }],
    ['a reason code', { reasonCodes: ['OPEN_*'] }],
    ['the OU of the account', { organizationalUnits: ['ou-root-child000'] }],
    ['an OU above it', { organizationalUnits: ['ou-root-parent00'] }],
    ['the root', { organizationalUnits: ['r-root'] }],
    ['one of several', { clusters: ['orders', 'payments'] }],
  ])('covers what matches %s', (_, criteria) => {
    expect(coveredBy([anException(criteria)])).toBe('legacy');
  });

  test.each<[string, Partial<Exception>]>([
    ['another control', { controls: ['private-endpoint'] }],
    ['another account', { accounts: ['222222222222'] }],
    ['another Region', { regions: ['us-*'] }],
    ['another cluster', { clusters: ['payments-2'] }],
    ['another resource', { resources: ['arn:aws:eks:*:cluster/orders'] }],
    ['another reason code', { reasonCodes: ['OPEN'] }],
    ['another OU', { organizationalUnits: ['ou-root-other000'] }],
    ['one criterion of two', { accounts: ['111111111111'], clusters: ['orders'] }],
  ])('does not cover what matches %s', (_, criteria) => {
    expect(coveredBy([anException(criteria)])).toBeUndefined();
  });

  test('that names clusters covers no verdict on an account', () => {
    const { clusterArn, ...onAccount } = aVerdict({ level: 'account' });

    expect(coveredBy([anException({ clusters: ['*'] })], onAccount)).toBeUndefined();
  });

  test('that names OUs covers nothing where they were not read', () => {
    const context = { exceptions: [anException({ organizationalUnits: ['ou-root-child000'] })], day: DAY };

    expect(withExceptions([aVerdict()], context)[0]?.exception).toBeUndefined();
  });

  test.each(STATUSES)('of a verdict that is %s', (status) => {
    const isCovered = status === 'FAILED' || status === 'WARNING';

    expect(coveredBy([anException({ everywhere: true })], aVerdict({ status }))).toBe(
      isCovered ? 'legacy' : undefined,
    );
  });

  test('holds on its last day and not on the next', () => {
    const exceptions = [anException({ everywhere: true })];

    expect(coveredBy(exceptions, aVerdict(), '2027-03-31')).toBe('legacy');
    expect(coveredBy(exceptions, aVerdict(), '2027-04-01')).toBeUndefined();
  });

  test('of several the first that still holds covers', () => {
    const exceptions = ['2026-11-25', '2027-01-01', '2027-02-01'].map((expires) =>
      anException({ id: `until-${expires}`, everywhere: true, expires }),
    );

    expect(coveredBy(exceptions)).toBe('until-2027-01-01');
  });

  test('is not widened or narrowed by what owners of resources set: tags and details', () => {
    const tags = fc.dictionary(fc.string(), fc.string());
    const criteria = fc.record({
      clusters: fc.constantFrom([], ['payments'], ['orders']),
      resources: fc.constantFrom([], ['*legacy*']),
      everywhere: fc.boolean(),
    });
    fc.assert(
      fc.property(tags, criteria, (given, differing) => {
        const exceptions = [anException(differing)];
        const verdict = aVerdict();
        const tagged = { ...verdict, resource: { ...verdict.resource, tags: given, details: given } };

        expect(coveredBy(exceptions, tagged)).toBe(coveredBy(exceptions, verdict));
      }),
    );
  });
});
