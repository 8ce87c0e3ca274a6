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

function writeToken(list: string, start: number): string {
  return Buffer.from(JSON.stringify([list, start])).toString('base64url');
}

function readToken(token: string, list: string): number | undefined {
  const match = /^\["(?<list>.*)",(?<start>\d+)\]$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  const issuedFor = match?.groups?.list;
  return issuedFor === JSON.stringify(list).slice(1, -1) ? Number(match?.groups?.start) : undefined;
}
