import type { IncomingMessage, ServerResponse } from 'node:http';
import { deliver } from '../delivery.ts';
import type { Faults, WireFault } from '../faults.ts';
import type { RequestLogEntry } from '../request-log.ts';
import type { ClusterResource } from '../resources/eks.ts';
import type { State } from '../state.ts';
import { isAllowed, userOf } from './access.ts';
import { type Answer, answerTo, failure, NO_SUCH_PATH, type Question, questionOf } from './answers.ts';
import { withFault } from './injected.ts';
import { callerOfToken } from './token.ts';

/** What the Kubernetes APIs share with the endpoint of AWS. */
export interface Surroundings {
  readonly state: State;
  readonly faults: Faults;
  readonly log: RequestLogEntry[];
  /** Takes as long as an answer does. */
  readonly pause: () => Promise<void>;
}

/** A cluster by its account, Region and name, so that it is the one of the moment. */
export interface ClusterKey {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

const WIRE_FAULTS: readonly string[] = [
  'ConnectionReset',
  'CutBody',
  'SlowBody',
  'StalledBody',
  'Timeout',
] satisfies WireFault[];

/** The Kubernetes API of one cluster: what it serves, to whom. */
export async function serveRequest(
  surroundings: Surroundings,
  key: ClusterKey,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { state, faults, log, pause } = surroundings;
  const url = new URL(request.url ?? '/', 'https://localhost');
  const question = questionOf(url.pathname);
  const params = { cluster: key.name, ...Object.fromEntries(url.searchParams) };
  const entry = {
    operation: question?.operation ?? `kubernetes:${request.method?.toLowerCase()} ${url.pathname}`,
    service: 'kubernetes',
    accountId: key.accountId,
    region: key.region,
    params,
    status: 0,
    at: state.clock(),
  };
  log.push(entry);
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  state.bearerTokens.add(token);
  await pause();
  const fault = faults.take(entry);
  const answer = withFault(answerOf(state, key, { question, token, url, request }), fault, params);
  const wire = fault?.with && WIRE_FAULTS.includes(fault.with) ? (fault.with as WireFault) : undefined;
  if (wire !== 'Timeout' && wire !== 'ConnectionReset') entry.status = answer.status;
  deliver(response, answer, wire);
}

interface Asked {
  readonly question: Question | undefined;
  readonly token: string;
  readonly url: URL;
  readonly request: IncomingMessage;
}

/** As the API server: who it is, whether he may, and only then whether it is there. */
function answerOf(state: State, key: ClusterKey, { question, token, url, request }: Asked): Answer {
  const cluster = clusterOf(state, key);
  const inside = cluster?.kubernetes;
  const caller = callerOfToken(state, token, key.name);
  const user = cluster && inside && caller && userOf(cluster, inside, caller);
  if (inside === undefined || user === undefined) return failure(401, 'Unauthorized', 'Unauthorized');
  if (question === undefined) return NO_SUCH_PATH;
  if (request.method !== 'GET')
    return failure(405, 'MethodNotAllowed', 'the Kubernetes API of the sandbox can only be read');
  const { verb, resource, group, name } = question;
  // An object that is in no namespace itself is a namespace, or of the whole cluster.
  if (resource !== '' && !isAllowed(inside, user, question)) {
    const what = name === undefined ? '' : `"${name}" `;
    const where =
      question.namespace === undefined ? 'at the cluster scope' : `in the namespace "${question.namespace}"`;
    const message = `${resource} ${what}is forbidden: User "${user.username}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
    return failure(403, 'Forbidden', message);
  }
  return answerTo(inside, question, url.searchParams, state.clock());
}

function clusterOf(state: State, { accountId, region, name }: ClusterKey): ClusterResource | undefined {
  return state
    .account(accountId)
    ?.clusters.find((cluster) => cluster.region === region && cluster.name === name);
}
