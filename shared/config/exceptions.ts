import { createHash } from 'node:crypto';
import * as z from 'zod';
import { CONTROL_KEYS } from '../model/benchmarks.ts';
import type { Exception } from '../model/exception.ts';
import { matchesWildcard } from '../model/wildcard.ts';
import { organizationalUnitId } from './organizational-unit-id.ts';

/* `exceptions`: failures and warnings that are accepted for a time. */

/** An exception holds for no longer: then somebody looks at it again. */
const MAX_DAYS = 366;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The criteria of which at least one is needed. */
const PLACES = ['accounts', 'organizationalUnits', 'regions', 'clusters', 'resources'] as const;

const pattern = z.string().trim().min(1).max(2_048);
const patterns = (item: z.ZodString) => z.array(item).default([]);
const text = (max: number) =>
  z.string().trim().min(1, 'must not be empty').max(max, `must be at most ${max} characters`);

const control = pattern.refine(
  (key) => CONTROL_KEYS.some((known) => matchesWildcard(key, known)),
  `must be a control, in which * stands for any characters: ${CONTROL_KEYS.join(', ')}`,
);

const expires = z.iso
  .date({ error: 'must be the last day on which it holds, such as 2027-03-31', abort: true })
  .superRefine((day, issue) => {
    const latest = dayOf(new Date(Date.now() + MAX_DAYS * DAY_MS));
    if (day > latest)
      issue.addIssue({
        code: 'custom',
        message: `${day} is too late: must be at most ${MAX_DAYS} days after today, by ${latest}`,
      });
  });

const exception = z
  .strictObject({
    /** By default it follows from what it covers. */
    id: z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 of the characters A–Z a–z 0–9 _ . -')
      .optional(),
    controls: z.array(control).min(1, 'must name at least one control'),
    accounts: patterns(
      pattern.regex(/^(\d{12}|[\d*]*\*[\d*]*)$/, 'must be an account id of 12 digits, or digits with *'),
    ),
    organizationalUnits: z.array(organizationalUnitId).default([]),
    regions: patterns(
      pattern.regex(/^[a-z\d*-]+$/, 'must be a Region code such as eu-west-1, or one with *'),
    ),
    clusters: patterns(pattern),
    resources: patterns(pattern),
    reasonCodes: patterns(
      pattern.regex(/^[A-Z\d_*]+$/, 'must be a reason code such as NO_POLICY, or one with *'),
    ),
    everywhere: z.boolean().default(false),
    reason: text(1_000),
    owner: text(256),
    expires,
  })
  .superRefine((value, issue) => {
    const given = PLACES.filter((key) => value[key].length > 0);
    if (given.length === 0 && !value.everywhere)
      issue.addIssue({
        code: 'custom',
        message: `names nowhere that it holds: add one of ${PLACES.join(', ')}, or everywhere: true`,
      });
    if (given.length > 0 && value.everywhere)
      issue.addIssue({
        code: 'custom',
        path: ['everywhere'],
        message: `is only possible without ${given.join(', ')}`,
      });
  });

export const exceptionsSchema = z.array(exception).superRefine((list, issue) => {
  const seen = new Map<string, number>();
  for (const [index, { id, ...rest }] of list.entries()) {
    const own = id ?? idOf(rest);
    const first = seen.get(own);
    if (first === undefined) seen.set(own, index);
    else issue.addIssue({ code: 'custom', path: [index], message: describeDuplicate(id, first) });
  }
});

function describeDuplicate(id: string | undefined, first: number): string {
  return id === undefined
    ? `covers the same as exceptions[${first}]: give it an id of its own, or leave one of them out`
    : `has the id ${id} of exceptions[${first}]`;
}

/** Every exception with its id. */
export function withIds(list: z.infer<typeof exceptionsSchema>): Exception[] {
  return list.map(({ id, ...rest }) => ({ id: id ?? idOf(rest), ...rest }));
}

/** Of what it covers, so that it stays the same when the exception is prolonged. */
function idOf(covered: Omit<z.infer<typeof exception>, 'id'>): string {
  const { reason, owner, expires: _, ...criteria } = covered;
  const digest = createHash('sha256').update(JSON.stringify(criteria)).digest('hex');
  return `exception-${digest.slice(0, 12)}`;
}

/** The day in UTC: `2027-03-31`. */
function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
