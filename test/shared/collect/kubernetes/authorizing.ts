import { answer, type Handler } from './api-server.ts';

/** A rule of RBAC, as it stands in a ClusterRole or, with a namespace, in a Role. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly namespace?: string;
}

/** What a request asks for. */
interface Asked {
  readonly group: string;
  readonly resource: string;
  readonly verb: 'get' | 'list';
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

const PATH =
  /^\/api(?:s\/(?<group>[^/]+))?\/v1(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<resource>[^/]+)(?:\/(?<name>[^/]+))?$/;

function askedBy(path: string): Asked {
  const { group = '', namespace, resource = '', name } = PATH.exec(path)?.groups ?? {};
  return { group, resource, verb: name === undefined ? 'list' : 'get', namespace, name };
}

/** https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
function allows(rule: Rule, { group, resource, verb, namespace, name }: Asked): boolean {
  return (
    rule.apiGroups.includes(group) &&
    rule.resources.includes(resource) &&
    rule.verbs.includes(verb) &&
    (rule.namespace === undefined || rule.namespace === namespace) &&
    (rule.resourceNames === undefined || (name !== undefined && rule.resourceNames.includes(name)))
  );
}

/** An API server that serves every resource of these groups, all empty, to somebody who has these rights. */
export function authorizing(rules: readonly Rule[], groups: readonly string[]): Handler {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'https://localhost');
    // Discovery is open to everybody who is authenticated.
    if (pathname === '/apis')
      return answer(response, { groups: groups.map((name) => ({ name, versions: [{ version: 'v1' }] })) });
    const asked = askedBy(pathname);
    if (!rules.some((rule) => allows(rule, asked))) return answer(response, { code: 403 }, 403);
    answer(response, asked.verb === 'list' ? { items: [] } : { data: {} });
  };
}
