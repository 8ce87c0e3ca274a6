import type { Alteration } from './faults.ts';
import { isToken } from './paging.ts';
import { isFields } from './plain.ts';

type Params = Readonly<Record<string, unknown>>;

/** How the services call the pagination token of an answer, and that of a request. */
const answerTokens = ['nextToken', 'NextToken', 'NextMarker', 'Marker', 'NextContinuationToken'] as const;
const requestTokens: ReadonlySet<string> = new Set([
  'nextToken',
  'NextToken',
  'Marker',
  'continuation-token',
]);

/** Edits answers, and knows the pagination tokens that came from an edit. */
export class Alterations {
  readonly #tokens = new Set<string>();

  apply(alter: Alteration, answer: unknown, params: Params): unknown {
    const edited = isFields(answer) ? copyOf(answer) : {};
    const returned = alter(edited, params);
    const altered = returned === undefined ? edited : returned;
    for (const name of isFields(altered) ? answerTokens : []) {
      const token = isFields(altered) ? String(altered[name] ?? '') : '';
      if (token !== '' && !isToken(token)) {
        this.#tokens.add(token);
      }
    }
    return altered;
  }

  /** The parameters of the first page instead of those of a page that only an edit spoke of. */
  withoutOwnTokens(params: Params): Params {
    const kept = Object.entries(params).filter(
      ([name, value]) => !(requestTokens.has(name) && this.#tokens.has(String(value))),
    );
    return Object.fromEntries(kept);
  }
}

/** A deep copy in which bytes stay a Buffer. */
function copyOf(answer: Record<string, unknown>): Record<string, unknown> {
  const { body, ...rest } = answer;
  const copy = structuredClone(rest);
  return body instanceof Uint8Array ? { ...copy, body: Buffer.from(body) } : structuredClone(answer);
}
