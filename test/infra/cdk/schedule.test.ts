import { describe, expect, test } from 'vitest';
import { longestGap, ScheduleError } from '../../../infra/cdk/schedule.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const HOUR = 3_600_000;
const hours = (expression: string) => longestGap(expression, NOW) / HOUR;

describe('the longest time between two firings', () => {
  test.each([
    ['rate(12 hours)', 12],
    ['rate(1 day)', 24],
    ['rate(5 minutes)', 5 / 60],
    ['cron(15 3 * * ? *)', 24],
    ['cron(0 6,18 * * ? *)', 12],
    ['cron(0 6,8 * * ? *)', 22],
    ['cron(0/30 * * * ? *)', 0.5],
    ['cron(0 8 ? * MON-FRI *)', 72],
    ['cron(0 8 ? * 2-6 *)', 72],
    ['cron(0 8 ? * SUN *)', 7 * 24],
    ['cron(0 8 1 * ? *)', 31 * 24],
    ['cron(0 8 L * ? *)', 31 * 24],
    ['cron(0 8 ? * MON#1 *)', 35 * 24],
    ['cron(0 8 ? * FRIL *)', 35 * 24],
    ['cron(0 8 29 2 ? *)', (4 * 365 + 1) * 24],
  ])('of %s is %d hours', (expression, expected) => {
    expect(hours(expression)).toBe(expected);
  });

  test('of the weekday nearest to a Saturday is the Friday before it', () => {
    // The 15th of August 2026 is a Saturday, of September a Tuesday.
    const gap = longestGap('cron(0 0 15W 8,9 ? 2026)', new Date('2026-08-01T00:00:00Z'));

    expect(gap / HOUR).toBe(32 * 24);
  });
});

describe('a schedule that never fires', () => {
  test.each([
    'cron(0 0 31 2 ? *)',
    'cron(0 0 30 2 ? *)',
    'cron(0 0 1 1 ? 2020)',
    'cron(0 0 31 4,6,9,11 ? *)',
    'rate(0 hours)',
  ])('%s is refused', (expression) => {
    expect(() => hours(expression)).toThrow(/never fires/);
  });
});

describe('a malformed schedule', () => {
  test.each([
    ['every day', /must be like/],
    ['cron(0 8 * * ?)', /six fields/],
    ['cron(0 8 * * * *)', /exactly one of/],
    ['cron(0 8 ? * ? *)', /exactly one of/],
    ['cron(60 8 * * ? *)', /minutes 60/],
    ['cron(0 24 * * ? *)', /hours 24/],
    ['cron(0 8 32 * ? *)', /day of month 32/],
    ['cron(0 8 * 13 ? *)', /month 13/],
    ['cron(0 8 ? * MOON *)', /day of week MOON/],
    ['cron(0 8-6 * * ? *)', /hours 8-6/],
    ['cron(0/0 8 * * ? *)', /minutes 0\/0/],
  ])('%s is refused with what is wrong', (expression, message) => {
    expect(() => hours(expression)).toThrow(ScheduleError);
    expect(() => hours(expression)).toThrow(message);
  });
});
