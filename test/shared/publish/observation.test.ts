import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFresh, refreshAgeDays, standingOf, updateTime } from '../../../shared/publish/observation.ts';
import { NOW } from './builders.ts';

const MINUTE = 60_000;
const fromNow = (milliseconds: number) => new Date(NOW.getTime() + milliseconds).toISOString();

describe('a stored finding', () => {
  const OBSERVED_AT = fromNow(-10 * MINUTE);

  it.each([
    ['earlier', 'a millisecond before it', fromNow(-10 * MINUTE - 1)],
    ['earlier', 'at no time', 'never'],
    ['earlier', 'at no known time', undefined],
    ['same', 'at the same time', OBSERVED_AT],
    ['same', 'at the same time elsewhere', OBSERVED_AT.replace('T10', 'T12').replace('Z', '+02:00')],
    ['later', 'a millisecond after it', fromNow(-10 * MINUTE + 1)],
    ['later', 'now', fromNow(0)],
    ['later', 'as far in the future as clocks may differ', fromNow(5 * MINUTE)],
    ['fromFuture', 'further in the future', fromNow(5 * MINUTE + 1)],
    ['fromFuture', 'in 2099', '2099-01-01T00:00:00Z'],
  ])('is %s than an observation when it was updated %s', (standing, _, UpdatedAt) => {
    expect(standingOf({ UpdatedAt }, OBSERVED_AT, NOW)).toBe(standing);
  });
});

it('an import has the time of its observation, unless the stored one is from the future', () => {
  const times = fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(times, times, (stored, observed) => {
      const observedAt = observed.toISOString();
      const UpdatedAt = stored.toISOString();
      const isFuture = stored.getTime() > NOW.getTime() + 5 * MINUTE;
      const later = new Date(stored.getTime() + 1).toISOString();
      expect(updateTime(observedAt, { UpdatedAt }, NOW)).toBe(isFuture ? later : observedAt);
    }),
  );
});

describe('a finding is imported again', () => {
  const ids = fc.string({ minLength: 1, maxLength: 512 });

  it('after a third less or more than configured, and never after more than 67 days', () => {
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 67 }), (id, days) => {
        const age = refreshAgeDays(id, days);
        expect(age).toBeGreaterThanOrEqual((days * 2) / 3);
        expect(age).toBeLessThanOrEqual(Math.min((days * 4) / 3, 67));
        expect(refreshAgeDays(id, days)).toBe(age);
      }),
    );
  });

  it('at times that are spread over the whole of it', () => {
    const days = Array.from({ length: 2_000 }, (_, index) => Math.floor(refreshAgeDays(`role-${index}`, 30)));

    for (let day = 20; day < 40; day += 1) {
      const share = days.filter((one) => one === day).length / days.length;
      expect(share, `day ${day}`).toBeGreaterThan(0.03);
      expect(share, `day ${day}`).toBeLessThan(0.07);
    }
  });

  it.each([
    ['was updated yesterday', { UpdatedAt: fromNow(-24 * 60 * MINUTE) }, true],
    ['was updated 41 days ago', { UpdatedAt: fromNow(-41 * 24 * 60 * MINUTE) }, false],
    ['has no time', {}, false],
    [
      'is from the future and was last seen yesterday',
      { UpdatedAt: '2099-01-01T00:00:00Z', LastObservedAt: fromNow(-24 * 60 * MINUTE) },
      true,
    ],
    [
      'is from the future and was last seen 41 days ago',
      { UpdatedAt: '2099-01-01T00:00:00Z', LastObservedAt: fromNow(-41 * 24 * 60 * MINUTE) },
      false,
    ],
    [
      'was last seen in the future as well',
      { UpdatedAt: '2099-01-01T00:00:00Z', LastObservedAt: '2099-01-01T00:00:00Z' },
      false,
    ],
    ['is from the future and was never seen', { UpdatedAt: '2099-01-01T00:00:00Z' }, false],
  ])('unless it is fresh: one that %s', (_, stored, fresh) => {
    expect(isFresh({ Id: 'x', ...stored }, 30, NOW)).toBe(fresh);
  });
});
