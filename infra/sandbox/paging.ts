import { createHash } from 'node:crypto';
import type { AwsError } from './errors.ts';

/** One page of a list. */
export interface Page<Item> {
  readonly items: Item[];
  /** `undefined` on the last page. */
  readonly nextToken: string | undefined;
}

/** Which page of which list. */
export interface PageRequest {
  /** What the list is of: a token of another list is refused. */
  readonly list: string;
  readonly token: string | undefined;
  readonly size: number;
  /** The service's error for a token that it did not issue. */
  readonly invalidToken: (message: string) => AwsError;
}

/** @throws AwsError for a token that is not one of this list */
export function paginate<Item>(
  items: readonly Item[],
  { list, token, size, invalidToken }: PageRequest,
): Page<Item> {
  const start = token === undefined ? 0 : readToken(token, list);
  if (start === undefined) {
    throw invalidToken('The pagination token is invalid.');
  }
  const end = start + size;
  return {
    items: items.slice(start, end),
    nextToken: end < items.length ? writeToken(list, end) : undefined,
  };
}

/** Where the next page starts, and a digest of what it is a page of. */
function writeToken(list: string, start: number): string {
  return Buffer.from(`${start}.${digest(list)}`).toString('base64url');
}

/** Whether `paginate` could have issued the token, of whatever list. */
export function isToken(token: string): boolean {
  return /^\d+\.[0-9a-f]{16}$/.test(Buffer.from(token, 'base64url').toString('utf8'));
}

function readToken(token: string, list: string): number | undefined {
  const [start = '', of] = Buffer.from(token, 'base64url').toString('utf8').split('.');
  return of === digest(list) && /^\d+$/.test(start) ? Number(start) : undefined;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
