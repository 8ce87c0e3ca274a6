import { Cron } from 'croner';

/**
 * When an EventBridge Scheduler expression fires, so that one that never does, or that is malformed, is found before it
 * is deployed. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */

/** The expression cannot be scheduled; the message says why. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const UNITS: Readonly<Record<string, number>> = { minute: MINUTE, hour: 60 * MINUTE, day: DAY };
/** Leap days are at most eight years apart. */
const YEARS_AHEAD = 9;
const DAYS_AHEAD = YEARS_AHEAD * 366;

interface Field {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MINUTES: Field = { label: 'minutes', min: 0, max: 59 };
const HOURS: Field = { label: 'hours', min: 0, max: 23 };
const DAY_OF_MONTH: Field = { label: 'day of month', min: 1, max: 31 };
const MONTH: Field = {
  label: 'month',
  min: 1,
  max: 12,
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const DAY_OF_WEEK: Field = {
  label: 'day of week',
  min: 1,
  max: 7,
  names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};
const YEAR: Field = { label: 'year', min: 1970, max: 2199 };

/**
 * The longest time between two firings of `rate(…)` or `cron(…)`, in milliseconds, within the nine years after `now`.
 * Time zones are left out: daylight saving moves a firing by an hour. Throws ScheduleError when the expression is
 * malformed or never fires again.
 */
export function longestGap(expression: string, now: Date): number {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) return rateInterval(Number(rate[1]), rate[2] ?? '');
  const cron = /^cron\(([^)]*)\)$/.exec(expression);
  if (cron) return longestCronGap((cron[1] ?? '').trim().split(/\s+/), now);
  throw new ScheduleError('must be like rate(12 hours) or cron(15 3 * * ? *)');
}

function rateInterval(value: number, unit: string): number {
  if (value === 0) throw new ScheduleError('never fires: the rate is 0');
  return value * (UNITS[unit] ?? DAY);
}

/** The days on which it fires and the times at which it does so are counted apart: every minute of nine years is too many. */
function longestCronGap(fields: readonly string[], now: Date): number {
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  if (fields.length !== 6 || !minutes || !hours || !dayOfMonth || !month || !dayOfWeek || !year) {
    throw new ScheduleError(
      `cron has six fields (minutes hours day-of-month month day-of-week year), not ${fields.length}`,
    );
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new ScheduleError('exactly one of day of month and day of week must be ?');
  }
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const timePattern = `0 ${fieldPattern(minutes, MINUTES)} ${fieldPattern(hours, HOURS)} * * * *`;
  const times = matching(timePattern, today, MINUTE, DAY / MINUTE).map((time) => time - today);
  const monthAndWeekday = `${fieldPattern(month, MONTH)} ${dayOfWeekPattern(dayOfWeek)}`;
  const dayPattern = `0 0 0 ${dayOfMonthPattern(dayOfMonth)} ${monthAndWeekday} ${fieldPattern(year, YEAR)}`;
  const days = matching(dayPattern, today, DAY, DAYS_AHEAD);
  if (days.length === 0) throw new ScheduleError(`never fires in the ${YEARS_AHEAD} years from now`);
  return longestGapOf(days, times);
}

/**
 * Which of `count` moments, `interval` milliseconds apart from `start` on, a pattern of croner (seconds first) matches, in
 * UTC.
 */
function matching(pattern: string, start: number, interval: number, count: number): readonly number[] {
  // As AWS counts: Sunday is 1.
  const cron = new Cron(pattern, { mode: '7-part', alternativeWeekdays: true, utcOffset: 0 });
  const moments = Array.from({ length: count }, (_, index) => start + index * interval);
  return moments.filter((moment) => cron.match(new Date(moment)));
}

/** A schedule that fires on one more day only has no gap to speak of: the length of the search stands for it. */
function longestGapOf(days: readonly number[], times: readonly number[]): number {
  if (days.length === 1) return DAYS_AHEAD * DAY;
  const first = times[0] ?? 0;
  const last = times.at(-1) ?? 0;
  const withinDay = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  const betweenDays = days.slice(1).map((day, index) => day - (days[index] ?? day) + first - last);
  return Math.max(...withinDay, ...betweenDays);
}

/** `?`, `L` (the last day), `15W` (the weekday nearest to the 15th), or values. */
function dayOfMonthPattern(text: string): string {
  if (text === '?') return '*';
  if (text === 'L') return 'L';
  const nearest = /^(\w+)W$/.exec(text);
  return nearest ? `${parseValue(nearest[1], DAY_OF_MONTH)}W` : fieldPattern(text, DAY_OF_MONTH);
}

/** `?`, `L` (the last day of the week), `6L` (the last Friday of the month), `3#2` (the second Tuesday), or values. */
function dayOfWeekPattern(text: string): string {
  if (text === '?') return '*';
  if (text === 'L') return String(DAY_OF_WEEK.max);
  const nth = /^(\w+)(#[1-5])$/.exec(text) ?? /^(\w+)(L)$/.exec(text);
  return nth ? `${parseValue(nth[1], DAY_OF_WEEK)}${nth[2]}` : fieldPattern(text, DAY_OF_WEEK);
}

/** A field of values, `*`, `3`, `1-5`, `0/15`, `2-20/3` and lists of them, as croner writes it. */
function fieldPattern(text: string, field: Field): string {
  return text
    .split(',')
    .map((part) => partPattern(part, field))
    .join(',');
}

/** croner takes neither a step without an end (`0/15`) nor a range past the end of the field (`20-2` of hours). */
function partPattern(part: string, field: Field): string {
  const match = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
  const [, from, to, step] = match ?? [];
  const { min, max } = field;
  const isStep = step === undefined || (Number(step) > 0 && Number(step) <= max);
  if (!match || !isStep) throw malformed(part, field);
  const suffix = step === undefined ? '' : `/${step}`;
  if (from === undefined) return part;
  const start = parseValue(from, field);
  const end = to === undefined ? (step === undefined ? start : max) : parseValue(to, field);
  if (start <= end) return `${start}-${end}${suffix}`;
  if (step !== undefined || field === YEAR) throw malformed(part, field);
  return `${start}-${max},${min}-${end}`;
}

function parseValue(text = '', field: Field): number {
  const index = field.names?.indexOf(text.toUpperCase()) ?? -1;
  if (index >= 0) return field.min + index;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < field.min || value > field.max) throw malformed(text, field);
  return value;
}

function malformed(text: string, field: Field): ScheduleError {
  return new ScheduleError(`${field.label} ${text || '(empty)'} is not within ${field.min}–${field.max}`);
}
