import { ACCOUNT_ID, parseArn } from '../../model/arn.ts';
import type { AwsAuth } from '../../model/kubernetes-facts.ts';
import { parseYaml, problemOfYaml } from '../../model/yaml.ts';

/** One principal of IAM and what Kubernetes knows it as. */
export interface Mapping {
  readonly arn: string;
  readonly groups: readonly string[];
}

/** The map `aws-auth`: who enters a cluster besides access entries. */
export interface AuthMap {
  /** Each once: of several for one principal the last counts. */
  readonly roles: readonly Mapping[];
  readonly users: readonly Mapping[];
  /** Accounts of which every principal enters. */
  readonly accounts: readonly string[];
  /** What of it cannot be understood, with the parser's line. */
  readonly problems: readonly string[];
}

/**
 * Reads the texts of the ConfigMap as EKS does: keys in any case, entry by entry, and who enters by ARN, whichever list it
 * is in. https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/mapper/configmap/configmap.go
 */
export function parseAuthMap({ mapRoles, mapUsers, mapAccounts }: AwsAuth): AuthMap {
  const roles = parseList('mapRoles', mapRoles, mappingBy('rolearn'));
  const users = parseList('mapUsers', mapUsers, mappingBy('userarn'));
  const accounts = parseList('mapAccounts', mapAccounts, accountOf);
  // The roles are looked at first.
  const all = lastOfEach([...users.items, ...roles.items]);
  return {
    roles: all.filter((mapping) => !isUser(mapping)),
    users: all.filter(isUser),
    accounts: [...new Set(accounts.items)],
    problems: [roles, users, accounts].flatMap(({ problems }) => problems),
  };
}

function isUser(mapping: Mapping): boolean {
  return /^(?:federated-)?user\//i.test(parseArn(mapping.arn)?.resource ?? '');
}

/** What of an entry can be used, and what of it is not as expected. */
interface Entry<Item> {
  readonly item?: Item;
  readonly wrong?: string;
}

/** Groups that are no list are none, and leave the principal in. */
function mappingBy(key: string) {
  return (entry: unknown): Entry<Mapping> => {
    const fields = Object.entries(entry ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
    const { [key]: arn, groups } = Object.fromEntries(fields) as Readonly<Record<string, unknown>>;
    if (typeof arn !== 'string' || !ACCOUNT_ID.test(parseArn(arn)?.accountId ?? '')) return { wrong: key };
    const texts = groups ?? [];
    if (!Array.isArray(texts)) return { item: { arn, groups: [] }, wrong: 'groups' };
    return { item: { arn, groups: texts.filter((text) => typeof text === 'string') } };
  };
}

function accountOf(entry: unknown): Entry<string> {
  if (typeof entry !== 'string' && typeof entry !== 'number') return { wrong: 'the account' };
  return { item: String(entry).padStart(12, '0') };
}

/** Nothing, and what somebody left empty. */
const EMPTY = /^\s*(?:``|""|''|)\s*$/;
/** Of a list in the map. The whole map takes a megabyte at most. */
const MAX_CHARACTERS = 100_000;

interface ParsedList<Item> {
  readonly items: readonly Item[];
  readonly problems: readonly string[];
}

function parseList<Item>(key: string, text = '', read: (entry: unknown) => Entry<Item>): ParsedList<Item> {
  if (EMPTY.test(text)) return { items: [], problems: [] };
  try {
    const list = parseYaml(text, MAX_CHARACTERS) ?? [];
    if (!Array.isArray(list)) return { items: [], problems: [`${key}: it is not as expected`] };
    const entries = list.map(read);
    return {
      items: entries.flatMap(({ item }) => item ?? []),
      // People count from one.
      problems: entries.flatMap(({ wrong }, index) =>
        wrong ? `${key}: entry ${index + 1}, ${wrong} is not as expected` : [],
      ),
    };
  } catch (error) {
    return { items: [], problems: [`${key}: ${problemOfYaml(error)}`] };
  }
}

function lastOfEach(mappings: readonly Mapping[]): Mapping[] {
  return [...new Map(mappings.map((mapping) => [mapping.arn.toLowerCase(), mapping])).values()];
}
