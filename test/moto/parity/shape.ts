import * as z from 'zod';
import { errorCode } from '../../../shared/aws/read.ts';

/** What an answer is made of: the kind of value at each path, `cluster.tags.team` or `Roles[].Arn`. */
export type Shape = ReadonlyMap<string, string>;

/** A path at which two shapes differ, with the kinds of value there. */
export interface Difference {
  readonly path: string;
  readonly sandbox: string;
  readonly moto: string;
}

const NOTHING = 'nothing';
const withStatus = z.object({ $metadata: z.object({ httpStatusCode: z.number() }) });

/** The outcome of a request: an answer, or an error with its status. Rethrows errors of neither AWS nor the network. */
export async function outcomeOf(send: () => Promise<object>): Promise<object> {
  try {
    return { ...(await send()), $metadata: undefined };
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return { error: `${code} ${withStatus.safeParse(error).data?.$metadata.httpStatusCode}` };
  }
}

/**
 * Field names and the types of their values; of ARNs their form, of errors and the paths in `exact` the values themselves.
 * Fields without a value are left out.
 */
export function shapeOf(outcome: object, exact: readonly string[]): Shape {
  const kinds = new Map<string, Set<string>>();
  for (const [path, value] of fieldsOf(outcome, '')) {
    const kind = exact.includes(path) || path === 'error' ? String(value) : kindOf(value);
    kinds.set(path, (kinds.get(path) ?? new Set()).add(kind));
  }
  return new Map([...kinds].map(([path, all]) => [path, [...all].sort().join(' or ')]));
}

/** Everything that is in a value, by its path. */
function* fieldsOf(value: unknown, path: string): Generator<readonly [path: string, value: unknown]> {
  if (value === undefined) return;
  if (path !== '') yield [path, value];
  if (Array.isArray(value)) {
    for (const item of value) yield* fieldsOf(item, `${path}[]`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* fieldsOf(item, path ? `${path}.${key}` : key);
  }
}

function kindOf(value: unknown): string {
  if (value instanceof Date) return 'time';
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'string') return typeof value;
  if (value.startsWith('arn:')) return formOfArn(value);
  return /^\d{4}-\d\d-\d\dT/.test(value) ? 'time as text' : 'text';
}

/** An ARN without accounts and names: `arn:aws:eks:eu-west-1:<account>:nodegroup/<name>/<name>/<name>`. */
function formOfArn(arn: string): string {
  const end = arn.lastIndexOf(':') + 1;
  const [type, ...names] = arn.slice(end).split('/');
  const start = arn.slice(0, end).replaceAll(/\b\d{12}\b/g, '<account>');
  return start + [type, ...names.map(() => '<name>')].join('/');
}

/** Where two shapes differ. Of a structure or list that only one has, only the outermost path is returned. */
export function differencesBetween(sandbox: Shape, moto: Shape): Difference[] {
  const kindsAt = (path: string) => ({
    path,
    sandbox: sandbox.get(path) ?? NOTHING,
    moto: moto.get(path) ?? NOTHING,
  });
  // An answer and an error have nothing in common.
  if (sandbox.has('error') !== moto.has('error')) return [kindsAt('error')];
  const paths = [...new Set([...sandbox.keys(), ...moto.keys()])];
  const different = paths.filter((path) => sandbox.get(path) !== moto.get(path));
  const isWithin = (path: string, outer: string) =>
    path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
  return different.filter((path) => !different.some((outer) => isWithin(path, outer))).map(kindsAt);
}

/** Whether only moto has the field. */
export function isLeftOut({ sandbox }: Difference): boolean {
  return sandbox === NOTHING;
}
