import { groupsOf, type KubernetesObject, type KubernetesResource, keyOf, objectsOf } from './cluster.ts';
import { apiVersionOf, RESOURCE_TYPES, type ResourceType } from './resources.ts';

/** What is asked of a Kubernetes API. */
export interface Question {
  /** As the log names it: `kubernetes:list networkpolicies.networking.k8s.io`. */
  readonly operation: string;
  readonly verb: 'get' | 'list';
  readonly group: string;
  readonly version: string;
  /** Empty for the groups of the API. */
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

export interface Answer {
  readonly status: number;
  /** Undefined for one that is no JSON. */
  readonly body: unknown;
}

/** How long etcd keeps what a list goes on with, in milliseconds. */
const COMPACTION_MS = 5 * 60_000;

/** `/api/v1/…`, `/apis/<group>/<version>/…`: a list, of one namespace or all, or an object; undefined for other paths. */
export function questionOf(path: string): Question | undefined {
  const [root, ...parts] = path.split('/').slice(1).map(decodeURIComponent);
  if (root === 'apis' && parts.length === 0)
    return { operation: 'kubernetes:get /apis', verb: 'get', group: '', version: '', resource: '' };
  if (root !== 'api' && root !== 'apis') return undefined;
  const [group = '', version = '', ...rest] = root === 'api' ? ['', ...parts] : parts;
  const isInNamespace = rest[0] === 'namespaces' && rest.length > 2;
  const [resource, name, ...more] = isInNamespace ? rest.slice(2) : rest;
  if (resource === undefined || more.length > 0) return undefined;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  return {
    operation: name === undefined ? `kubernetes:list ${qualified}` : `kubernetes:get ${qualified}/${name}`,
    verb: name === undefined ? 'list' : 'get',
    group,
    version,
    resource,
    namespace: isInNamespace ? rest[1] : undefined,
    name,
  };
}

/** Paths that the API server does not have are no business of its API. */
export const NO_SUCH_PATH: Answer = { status: 404, body: undefined };

/** The answer to a caller who may ask. */
export function answerTo(
  cluster: KubernetesResource,
  question: Question,
  query: URLSearchParams,
  now: Date,
): Answer {
  if (question.resource === '') return { status: 200, body: apiGroups(cluster) };
  const type = servedType(cluster, question);
  if (type === undefined) return NO_SUCH_PATH;
  const { namespace, name } = question;
  const objects = objectsOf(cluster, type).filter(
    ({ metadata }) => namespace === undefined || metadata.namespace === namespace,
  );
  if (name === undefined) return page(type, objects, query, now);
  const found = objects.find(({ metadata }) => metadata.name === name);
  return found === undefined
    ? failure(404, 'NotFound', `${question.resource} "${name}" not found`)
    : { status: 200, body: found };
}

/** How the API says what is wrong. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export function failure(status: number, reason: string, message: string): Answer {
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code: status,
  };
  return { status, body };
}

function servedType(
  cluster: KubernetesResource,
  { group, version, resource }: Question,
): ResourceType | undefined {
  const isServed = group === '' || groupsOf(cluster).get(group)?.includes(version) === true;
  return RESOURCE_TYPES.find(
    (type) => isServed && type.group === group && type.version === version && type.resource === resource,
  );
}

function apiGroups(cluster: KubernetesResource): unknown {
  const groups = [...groupsOf(cluster)].map(([name, versions]) => {
    const all = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions: all, preferredVersion: all[0] };
  });
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
function page(
  type: ResourceType,
  objects: readonly KubernetesObject[],
  query: URLSearchParams,
  now: Date,
): Answer {
  const limit = Number(query.get('limit') ?? '0');
  if (!Number.isInteger(limit) || limit < 0) return failure(400, 'BadRequest', 'limit is no number');
  const token = query.get('continue');
  const position = token === null ? { after: '', since: now.getTime() } : readPosition(token);
  if (position === undefined) return failure(400, 'BadRequest', 'continue key is not valid');
  if (now.getTime() - position.since > COMPACTION_MS)
    return failure(
      410,
      'Expired',
      'The provided continue parameter is too old to display a consistent list.',
    );
  const left = objects.filter((object) => keyOf(object) > position.after);
  const items = limit === 0 ? left : left.slice(0, limit);
  const last = items.at(-1);
  const metadata = {
    resourceVersion: '1',
    ...(last !== undefined &&
      items.length < left.length && {
        continue: writePosition({ ...position, after: keyOf(last) }),
        remainingItemCount: left.length - items.length,
      }),
  };
  return { status: 200, body: { kind: `${type.kind}List`, apiVersion: apiVersionOf(type), metadata, items } };
}

/** Where a list goes on, and when it began: a consistent list is one of that time. */
interface Position {
  readonly after: string;
  readonly since: number;
}

function writePosition({ after, since }: Position): string {
  return Buffer.from(`${since} ${after}`).toString('base64url');
}

function readPosition(token: string): Position | undefined {
  const [, since, after] = /^(\d+) (.+)$/.exec(Buffer.from(token, 'base64url').toString('utf8')) ?? [];
  return since === undefined || after === undefined ? undefined : { after, since: Number(since) };
}
