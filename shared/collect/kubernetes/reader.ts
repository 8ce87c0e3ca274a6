import * as z from 'zod';
import { CallTimeoutError, OutOfTimeError } from '../../aws/errors.ts';
import {
  MALFORMED_RESPONSE,
  OUT_OF_TIME,
  present,
  type Reading,
  type Unreadable,
} from '../../model/evidence.ts';
import { type Answer, type Connection, ConnectionError } from './connection.ts';
import type { Source } from './sources.ts';

/** Objects of one answer. */
const PAGE_SIZE = 500;
const MAX_PAGES = 100;

/** What stands for all that is read of a cluster. */
export const CONNECT = 'kubernetes:connect';

/** The API server does not know the caller, or does not allow it something. */
export const UNAUTHORIZED = 'Unauthorized';
export const FORBIDDEN = 'Forbidden';

/** The API server is not to be reached as this caller at all: there is no use in asking for more. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly unreadable: Unreadable;

  constructor(unreadable: Unreadable) {
    super(unreadable.detail);
    this.unreadable = unreadable;
  }
}

/** A part of a list. */
interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string | undefined;
}

/**
 * Reads of one cluster until a signal ends it. What is refused or malformed is evidence. Throws Unreachable for what refuses
 * everything: no connection, or an API server that does not know the caller.
 */
export class KubernetesReader {
  readonly #connection: Connection;
  readonly #signal: AbortSignal;
  #hasAnswered = false;

  constructor(connection: Connection, signal: AbortSignal) {
    this.#connection = connection;
    this.#signal = signal;
  }

  /** Undefined where there is no such thing. */
  async get<Value>(source: Source, value: z.ZodType<Value>): Promise<Reading<Value> | undefined> {
    const answer = await this.#ask(source);
    if ('state' in answer) return answer;
    return answer.status === 404 ? undefined : checked(answer, value, source);
  }

  /** Why something may not be read; undefined when it may, or is not there. Nothing of it is kept. */
  async refusalOf(
    source: Source,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Unreadable | undefined> {
    const answer = await this.#ask(source, query);
    return 'state' in answer ? answer : undefined;
  }

  /** Undefined where the cluster does not serve such a list. */
  async list<Item>(source: Source, item: z.ZodType<Item>): Promise<Reading<readonly Item[]> | undefined> {
    // What an answer that a token has expired offers to go on with is a list that never was.
    const first = await this.#pages(source, item);
    const list = first === 'expired' ? await this.#pages(source, item) : first;
    if (list === 'expired')
      return failed(source, 'Expired', 'the list was not complete before its token expired, twice');
    return list;
  }

  async #pages<Item>(
    source: Source,
    item: z.ZodType<Item>,
  ): Promise<Reading<readonly Item[]> | undefined | 'expired'> {
    const items: Item[] = [];
    const tokens = new Set<string>();
    for (let next: string | undefined; ; tokens.add(next)) {
      const page: Reading<Page<Item>> | undefined | 'expired' = await this.#page(source, item, next);
      if (page === undefined || page === 'expired') return page;
      if (page.state === 'unreadable') return page;
      // One by one: as arguments, so many would not fit.
      for (const one of page.value.items) items.push(one);
      next = page.value.next;
      if (next === undefined) return present(items);
      if (tokens.has(next) || tokens.size + 1 >= MAX_PAGES)
        return failed(source, 'EndlessList', `the list has no end within ${MAX_PAGES} pages`);
    }
  }

  async #page<Item>(
    source: Source,
    item: z.ZodType<Item>,
    token: string | undefined,
  ): Promise<Reading<Page<Item>> | undefined | 'expired'> {
    const answer = await this.#ask(source, {
      limit: String(PAGE_SIZE),
      ...(token !== undefined && { continue: token }),
    });
    if ('state' in answer) return answer;
    if (answer.status === 410) return 'expired';
    if (answer.status === 404) return undefined;
    const page = checked(answer, pageOf(item), source);
    if (page.state === 'unreadable') return page;
    const { items, metadata } = page.value;
    return present({ items, next: metadata?.continue || undefined });
  }

  /** The answer, or why there is none where the API server has answered before. */
  async #ask(source: Source, query: Readonly<Record<string, string>> = {}): Promise<Answer | Unreadable> {
    try {
      const answer = await this.#connection.get(source.path, query, this.#signal);
      // Whoever has never answered anything else may be any server. API servers that are too busy say so in plain text.
      if (answer.body === undefined && !this.#hasAnswered && answer.status !== TOO_MANY_REQUESTS)
        throw new ConnectionError('NoJson', `the answer, with status ${answer.status}, is no JSON`);
      this.#hasAnswered = true;
      return refusal(answer, source) ?? answer;
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      const unreadable = toUnreadable(error, source);
      if (this.#hasAnswered) return unreadable;
      throw new Unreachable({ ...unreadable, operation: CONNECT });
    }
  }
}

function pageOf<Item>(item: z.ZodType<Item>) {
  const metadata = z.object({ continue: z.string().optional() }).optional();
  return z.object({ metadata, items: z.array(item) });
}

function checked<Value>({ body }: Answer, schema: z.ZodType<Value>, source: Source): Reading<Value> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return present(parsed.data);
  // Where it is malformed, not what it says.
  const [first] = parsed.error.issues;
  const where = first?.path.map((part) => (typeof part === 'number' ? '[]' : String(part))).join('.');
  return failed(source, MALFORMED_RESPONSE, `${where || 'the answer'} is not as expected`);
}

const TOO_MANY_REQUESTS = 429;

/** What an answer that is not one says. The texts of the API server name people and objects, and are not kept. */
function refusal({ status }: Answer, source: Source): Unreadable | undefined {
  // 404: it is not there. 410: a list has to begin again.
  if ((status >= 200 && status < 300) || status === 404 || status === 410) return undefined;
  const said = `the API server answered with status ${status}`;
  if (status === 401) {
    const why = 'the role has no access entry in this cluster, or its token was not accepted';
    throw new Unreachable(denied({ operation: CONNECT }, UNAUTHORIZED, `${said}: ${why}`));
  }
  if (status === 403) return denied(source, FORBIDDEN, said);
  if (status === TOO_MANY_REQUESTS) return { ...failed(source, 'TooManyRequests', said), kind: 'throttled' };
  return failed(source, `Status${status}`, said);
}

/** What the API server, or who grants access to it, does not allow. */
export function denied(source: Pick<Source, 'operation'>, code: string, detail: string): Unreadable {
  return { ...failed(source, code, detail), kind: 'denied' };
}

export function failed({ operation }: Pick<Source, 'operation'>, code: string, detail: string): Unreadable {
  return { state: 'unreadable', kind: 'failed', code, operation, detail };
}

/** Why there is no answer. Rethrows what is no failure of the connection or of time. */
export function toUnreadable(error: unknown, source: Pick<Source, 'operation'>): Unreadable {
  if (error instanceof Unreachable) return error.unreadable;
  if (error instanceof ConnectionError) return failed(source, error.code, error.message);
  if (error instanceof OutOfTimeError) return failed(source, OUT_OF_TIME, error.message);
  if (error instanceof CallTimeoutError) return failed(source, 'TooSlow', error.message);
  throw error;
}
