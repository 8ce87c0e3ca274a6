import type { WireAnswer, WireRequest } from './protocols/protocol.ts';
import type { RequestLogEntry } from './request-log.ts';
import type { State } from './state.ts';

/**
 * The pages of a sandbox for people, beside the AWS protocols: `GET /_sandbox/events`, `/_sandbox/log` and
 * `/_sandbox/findings?account=&region=`, as JSON. `undefined` for any other request.
 */
export function sandboxPage(
  { method, path, query }: WireRequest,
  state: State,
  log: readonly RequestLogEntry[],
): WireAnswer | undefined {
  if (method !== 'GET' || !path.startsWith('/_sandbox/')) {
    return undefined;
  }
  switch (path) {
    case '/_sandbox/events':
      return json(200, state.events);
    case '/_sandbox/log':
      return json(200, log);
    case '/_sandbox/findings':
      return json(200, findings(state, query));
    default:
      return json(404, { message: 'There are /_sandbox/events, /_sandbox/log and /_sandbox/findings.' });
  }
}

/** The findings of all accounts and Regions, or of those in the query. */
function findings(state: State, query: URLSearchParams): unknown[] {
  const [account, region] = [query.get('account'), query.get('region')];
  return state
    .hubs()
    .filter(
      (hub) => (account === null || hub.accountId === account) && (region === null || hub.region === region),
    )
    .flatMap((hub) => state.findings(hub.accountId, hub.region));
}

function json(status: number, body: unknown): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body, null, 2) };
}
