import { describe, expect, test } from 'vitest';
import { longestGap, ScheduleError } from '../../../infra/cdk/schedule.ts';

const NOW = new Date('2026-11-22T10:00:00Z');
const HOUR = 3_600_000;
const hours = (expression: string, now = NOW) => longestGap(expression, now) / HOUR;

describe('the longest time between two firings', () => {
  test.each([
    ['rate(12 hours)', 12],
    ['rate(1 day)', 24],
    ['rate(5 minutes)', 5 / 60],
    ['cron(15 3 * * ? *)', 24],
    ['cron(0 6,18 * * ? *)', 12],
    ['cron(0 6,8 * * ? *)', 22],
    ['cron(0/30 * * * ? *)', 0.5],
    ['cron(* * * * ? *)', 1 / 60],
    ['cron(0 8 ? * mon-fri *)', 72],
    ['cron(0 8 ? * 2-6 *)', 72],
    ['cron(0 8 ? * FRI-MON *)', 96],
    ['cron(0 8 ? * 1 *)', 7 * 24],
    ['cron(0 8 ? * SUN,WED *)', 96],
    ['cron(0 8 ? * MON#1 *)', 35 * 24],
    ['cron(0 8 ? * FRIL *)', 35 * 24],
    ['cron(0 8 1-20/5 * ? *)', 16 * 24],
    ['cron(0 8 1 NOV-JAN ? *)', (365 - 31 - 30 - 1) * 24 + 24 * 2],
    ['cron(0 8 29 2 ? *)', (4 * 365 + 1) * 24],
  ])('of %s is %d hours', (expression, expected) => {
    expect(hours(expression)).toBeCloseTo(expected, 9);
  });
});

/**
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html, and of the wildcards and years
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
describe('AWS’s own examples', () => {
  test.each([
    ['at 10:00 every day', 'cron(0 10 * * ? *)', 24],
    ['at 12:15 every day', 'cron(15 12 * * ? *)', 24],
    ['at 18:00 from Monday to Friday', 'cron(0 18 ? * MON-FRI *)', 72],
    ['at 8:00 on the first day of the month', 'cron(0 8 1 * ? *)', 31 * 24],
    ['every 15 minutes', 'cron(0/15 * * * ? *)', 0.25],
    ['every 10 minutes from Monday to Friday', 'cron(0/10 * ? * MON-FRI *)', 48 + 1 / 6],
    ['every 5 minutes from 8:00 to 17:55', 'cron(0/5 8-17 ? * MON-FRI *)', 72 - 9 - 55 / 60],
    ['every 30 minutes from 20:00 to 2:30', 'cron(0/30 20-2 ? * MON-FRI *)', 48.5],
    ['every tenth minute from the first on', 'cron(1/10 * * * ? *)', 1 / 6],
    ['the last day of the month', 'cron(0 0 L * ? *)', 31 * 24],
    ['the last day of the week', 'cron(0 0 ? * L *)', 7 * 24],
    ['the second Tuesday of the month', 'cron(0 0 ? * 3#2 *)', 35 * 24],
  ])('%s: %s, at most %d hours apart', (_meaning, expression, expected) => {
    expect(hours(expression)).toBeCloseTo(expected, 9);
  });

  test('the weekday nearest to the third: the second when that is a Saturday, the fourth when it is a Sunday', () => {
    // The third is a Saturday in October 2026, a Tuesday in November, a Sunday in January 2027, a Wednesday in February.
    expect(hours('cron(0 0 3W 10,11 ? 2026)', new Date('2026-09-01T00:00:00Z'))).toBe(32 * 24);
    expect(hours('cron(0 0 3W 1,2 ? 2027)')).toBe(30 * 24);
  });

  test('the last Friday of each month of 2022 and 2023', () => {
    expect(hours('cron(15 10 ? * 6L 2022-2023)', new Date('2022-01-01T00:00:00Z'))).toBe(35 * 24);
    expect(() => hours('cron(15 10 ? * 6L 2022-2023)')).toThrow(/never fires/);
  });
});

test('the first is never moved into the month before', () => {
  // The 1st of August 2026 is a Saturday, of September a Tuesday.
  expect(hours('cron(0 0 1W 8,9 ? 2026)', new Date('2026-07-01T00:00:00Z'))).toBe(29 * 24);
});

describe('a schedule that never fires', () => {
  test.each([
    'cron(0 0 31 2 ? *)',
    'cron(0 0 30 2 ? *)',
    'cron(0 0 1 1 ? 2020)',
    'cron(0 0 31 4,6,9,11 ? *)',
    'rate(0 hours)',
  ])('%s is rejected', (expression) => {
    expect(() => hours(expression)).toThrow(/never fires/);
  });
});

describe('a malformed schedule', () => {
  test.each([
    ['every day', /must be like/],
    ['cron(0 8 * * ?)', /six fields/],
    ['cron(0 8 * * * *)', /exactly one of/],
    ['cron(0 8 ? * ? *)', /exactly one of/],
    ['cron(60 8 * * ? *)', /^minutes 60 is not within 0–59$/],
    ['cron(0 24 * * ? *)', /^hours 24 is not within 0–23$/],
    ['cron(0 8 32 * ? *)', /^day of month 32 is not within 1–31$/],
    ['cron(0 8 0W * ? *)', /^day of month 0 is not within 1–31$/],
    ['cron(0 8 * 13 ? *)', /^month 13 is not within 1–12$/],
    ['cron(0 8 ? * 0 *)', /^day of week 0 is not within 1–7$/],
    ['cron(0 8 ? * 8 *)', /^day of week 8 is not within 1–7$/],
    ['cron(0 8 ? * MOON *)', /^day of week MOON is not/],
    ['cron(0 8 ? * MON#6 *)', /^day of week MON#6 is not/],
    ['cron(0 8 ? * 3#1,6#3 *)', /^day of week 3#1 is not/],
    ['cron(0 8 ? * MON-XYZ *)', /^day of week XYZ is not/],
    ['cron(0 8 * * ? 2200)', /^year 2200 is not within 1970–2199$/],
    ['cron(0 8 * * ? 2030-2028)', /^year 2030-2028 is not/],
    ['cron(0/0 8 * * ? *)', /^minutes 0\/0 is not/],
    ['cron(0/90 8 * * ? *)', /^minutes 0\/90 is not/],
    ['cron(0,, 8 * * ? *)', /^minutes \(empty\) is not/],
    ['cron(? 8 * * ? *)', /^minutes \? is not/],
    ['cron(1-2-3 8 * * ? *)', /^minutes 1-2-3 is not/],
  ])('%s is rejected with the field, the value and what is allowed', (expression, message) => {
    expect(() => hours(expression)).toThrow(ScheduleError);
    expect(() => hours(expression)).toThrow(message);
  });
});
