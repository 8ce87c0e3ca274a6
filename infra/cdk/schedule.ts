/**
 * When an EventBridge Scheduler expression fires, so that one that never does, or that means something else than meant,
 * is found before it is deployed. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */

/** The expression cannot be scheduled; the message says why. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const UNITS: Readonly<Record<string, number>> = { minute: MINUTE, hour: 60 * MINUTE, day: DAY };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** The Gregorian calendar's days and weekdays repeat after 400 years; leap days, at the latest, after eight. */
const YEARS_AHEAD = 9;

interface Field {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const MINUTES: Field = { label: 'minutes', from: 0, to: 59 };
const HOURS: Field = { label: 'hours', from: 0, to: 23 };
const DAYS: Field = { label: 'day of month', from: 1, to: 31 };
const MONTH: Field = { label: 'month', from: 1, to: 12, names: MONTHS };
const WEEKDAY: Field = { label: 'day of week', from: 1, to: 7, names: WEEKDAYS };
const YEAR: Field = { label: 'year', from: 1970, to: 2199 };

type DayMatcher = (day: Date) => boolean;

/**
 * The longest time between two firings of `rate(…)` or `cron(…)`, in milliseconds, as seen from `now`. Time zones are
 * left out: daylight saving moves a firing by an hour. Throws ScheduleError when it is malformed or never fires again.
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
  const times = [...values(hours, HOURS)].flatMap((hour) =>
    [...values(minutes, MINUTES)].map((minute) => hour * 60 + minute),
  );
  const months = values(month, MONTH);
  const years = values(year, YEAR);
  const isDay = dayOfMonth === '?' ? weekdayMatcher(dayOfWeek) : monthDayMatcher(dayOfMonth);
  const isFiringDay: DayMatcher = (day) =>
    years.has(day.getUTCFullYear()) && months.has(day.getUTCMonth() + 1) && isDay(day);
  return longestGapOfDays(firingDays(isFiringDay, now), times);
}

function firingDays(isFiringDay: DayMatcher, now: Date): readonly number[] {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const all = Array.from({ length: YEARS_AHEAD * 366 }, (_, index) => today + index * DAY);
  const days = all.filter((day) => isFiringDay(new Date(day)));
  if (days.length === 0) throw new ScheduleError(`never fires in the ${YEARS_AHEAD} years from now`);
  return days;
}

/** A schedule that fires once more has no gap to speak of: the length of the search stands for it. */
function longestGapOfDays(days: readonly number[], minutesOfDay: readonly number[]): number {
  if (days.length === 1) return YEARS_AHEAD * 366 * DAY;
  const times = minutesOfDay.toSorted((a, b) => a - b);
  const first = times[0] ?? 0;
  const last = times.at(-1) ?? 0;
  const within = times.slice(1).map((time, index) => (time - (times[index] ?? 0)) * MINUTE);
  const between = days.slice(1).map((day, index) => day - (days[index] ?? day) + (first - last) * MINUTE);
  return Math.max(...within, ...between);
}

function monthDayMatcher(text: string): DayMatcher {
  if (text === 'L') return (day) => day.getUTCDate() === lastDayOfMonth(day);
  const nearest = /^(\d+)W$/.exec(text);
  if (nearest) return nearestWeekday(number(nearest[1] ?? '', DAYS));
  const days = values(text, DAYS);
  return (day) => days.has(day.getUTCDate());
}

/** `15W`: the weekday nearest to the 15th within its month. */
function nearestWeekday(wanted: number): DayMatcher {
  return (day) => {
    const last = lastDayOfMonth(day);
    if (wanted > last) return false;
    const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), wanted)).getUTCDay();
    const shift = weekday === 6 ? (wanted === 1 ? 2 : -1) : weekday === 0 ? (wanted === last ? -2 : 1) : 0;
    return day.getUTCDate() === wanted + shift;
  };
}

function weekdayMatcher(text: string): DayMatcher {
  const nth = /^(\w+)#([1-5])$/.exec(text);
  if (nth) {
    const weekday = number(nth[1] ?? '', WEEKDAY);
    const week = Number(nth[2]);
    return (day) => day.getUTCDay() + 1 === weekday && Math.ceil(day.getUTCDate() / 7) === week;
  }
  const last = /^(\w+)L$/.exec(text);
  if (last) {
    const weekday = number(last[1] ?? '', WEEKDAY);
    return (day) => day.getUTCDay() + 1 === weekday && day.getUTCDate() > lastDayOfMonth(day) - 7;
  }
  const weekdays = values(text, WEEKDAY);
  return (day) => weekdays.has(day.getUTCDay() + 1);
}

function lastDayOfMonth(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The values of `*`, `3`, `1-5`, `0/15`, `2-20/3` and lists of them. */
function values(text: string, field: Field): ReadonlySet<number> {
  return new Set(text.split(',').flatMap((part) => partValues(part, field)));
}

function partValues(part: string, field: Field): readonly number[] {
  const [range = '', step, ...more] = part.split('/');
  if (more.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) throw malformed(part, field);
  const [from, to] = bounds(range, field, step !== undefined);
  if (from > to) throw malformed(part, field);
  const stride = Number(step ?? 1);
  return Array.from({ length: Math.floor((to - from) / stride) + 1 }, (_, index) => from + index * stride);
}

function bounds(range: string, field: Field, stepped: boolean): readonly [number, number] {
  if (range === '*') return [field.from, field.to];
  const [from = '', to, ...more] = range.split('-');
  if (more.length > 0) throw malformed(range, field);
  const start = number(from, field);
  if (to !== undefined) return [start, number(to, field)];
  return [start, stepped ? field.to : start];
}

function number(text: string, field: Field): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return field.from + named;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < field.from || value > field.to) throw malformed(text, field);
  return value;
}

function malformed(text: string, field: Field): ScheduleError {
  return new ScheduleError(`${field.label} ${text || '(empty)'} is not within ${field.from}–${field.to}`);
}
