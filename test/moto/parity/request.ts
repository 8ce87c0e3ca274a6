import type { Fixture } from './fixture.ts';

/** A request that is sent to both. */
export interface Request {
  readonly request: string;
  readonly send: (fixture: Fixture) => Promise<object>;
  /** Fields whose values are the same in both. */
  readonly exact?: readonly string[];
  /** Fields that the sandbox leaves out, as the auditor does not read them. */
  readonly leftOut?: readonly string[];
  /** By the path of a field: why the two answers differ there. */
  readonly differences?: Readonly<Record<string, string>>;
}

export const ONLY_AWS = 'AWS answers with it, moto does not';
export const INTERNAL = 'moto fails with an internal error';

/** The paths of several fields, which are separated by space. */
export function under(path: string, fields: string): string[] {
  return fields.split(/\s+/).map((field) => `${path}.${field}`);
}
