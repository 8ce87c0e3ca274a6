import type { Reading, Unreadable } from '../../model/evidence.ts';
import type { Binding, Pod, ServiceAccount } from '../../model/kubernetes-facts.ts';
import { partsOf } from './kubernetes-evidence.ts';
import { livePods } from './workloads.ts';

const DEFAULT = 'default';

/** A namespace whose service account `default` is used, and how. */
export interface DefaultAccountUse {
  readonly namespace: string;
  /** The pods that run as it. */
  readonly pods: readonly Pod[];
  /** What it gives them: the names of bindings, a role of IAM, or just a token. */
  readonly by: readonly string[];
}

export interface DefaultAccountUses {
  readonly found: readonly DefaultAccountUse[];
  /** The bindings, where they could not be read and would decide. */
  readonly unreadable: readonly Unreadable[];
}

/**
 * The namespaces, but those of the system, where pods run as a service account `default` that is bound to roles or has a
 * role of IAM, or where it mounts its token. A pod's own setting of that goes before its account's.
 */
export function usesOfDefault(
  pods: readonly Pod[],
  accounts: readonly ServiceAccount[],
  bindings: Reading<readonly (Binding | Unreadable)[]>,
  systemNamespaces: readonly string[],
): DefaultAccountUses {
  const defaults = new Map(
    accounts.filter(({ name }) => name === DEFAULT).map((account) => [account.namespace, account]),
  );
  const isUsers = ({ namespace, isMirror }: Pod) => !isMirror && !systemNamespaces.includes(namespace);
  const byNamespace = Map.groupBy(livePods(pods).filter(isUsers), ({ namespace }) => namespace);
  const { read, unread } = partsOf(bindings);
  const bound = bindingsOfDefaults(read);
  const uses = [...byNamespace].map(([namespace, all]): DefaultAccountUse => {
    const own = all.filter(({ serviceAccount }) => serviceAccount === DEFAULT);
    const account = defaults.get(namespace);
    const names = own.length > 0 ? bound.of(namespace) : [];
    const role = own.length > 0 && account?.roleArn !== undefined ? [account.roleArn] : [];
    const token = mountsToken(account, own) ? ['a mounted token'] : [];
    return { namespace, pods: own, by: [...names, ...role, ...token] };
  });
  const isOpen = uses.some((use) => use.pods.length > 0 && use.by.length === 0);
  return {
    found: uses.filter(({ by }) => by.length > 0),
    unreadable: isOpen ? unread : [],
  };
}

/** Where no pod runs as it, the next one would, with a token. */
function mountsToken(account: ServiceAccount | undefined, own: readonly Pod[]): boolean {
  const isOn = account?.automountServiceAccountToken ?? true;
  if (own.length === 0) return isOn;
  return own.some((pod) => pod.automountServiceAccountToken ?? isOn);
}

/** Users and groups that a service account is: https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ */
const ALL_ACCOUNTS = 'system:serviceaccounts';
const USER = /^system:serviceaccount:([^:]+):default$/;

/** The bindings that hold for the service account `default` of each namespace, by their names. */
function bindingsOfDefaults(bindings: readonly Binding[]) {
  const bound = bindings.flatMap((binding) =>
    binding.subjects.flatMap((subject) => {
      const where = namespacesOf(subject, binding);
      return where === undefined ? [] : [{ where, name: `${binding.kind} ${binding.name}` }];
    }),
  );
  const byNamespace = Map.groupBy(bound, ({ where }) => where);
  return {
    of: (namespace: string) => {
      const all = [...(byNamespace.get(namespace) ?? []), ...(byNamespace.get(EVERYWHERE) ?? [])];
      return [...new Set(all.map(({ name }) => name))];
    },
  };
}

const EVERYWHERE = '*';

/** The namespace whose service account `default` a subject is, or all of them. */
function namespacesOf(
  { kind, name, namespace }: Binding['subjects'][number],
  binding: Binding,
): string | undefined {
  if (kind === 'ServiceAccount') return name === DEFAULT ? (namespace ?? binding.namespace) : undefined;
  if (kind === 'User') return USER.exec(name)?.[1];
  if (kind !== 'Group') return undefined;
  if (name === ALL_ACCOUNTS) return EVERYWHERE;
  return name.startsWith(`${ALL_ACCOUNTS}:`) ? name.slice(ALL_ACCOUNTS.length + 1) : undefined;
}
