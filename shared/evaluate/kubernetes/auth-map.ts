import * as z from 'zod';
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

const groups = z
  .array(z.string())
  .nullish()
  .transform((all) => all ?? []);
const roles = z.array(z.object({ rolearn: z.string().min(1), groups }));
const users = z.array(z.object({ userarn: z.string().min(1), groups }));
const accounts = z.array(z.union([z.string(), z.number()]).transform((id) => String(id).padStart(12, '0')));

/**
 * Reads the texts of the ConfigMap.
 * https://github.com/kubernetes-sigs/aws-iam-authenticator#full-configuration-format
 */
export function parseAuthMap({ mapRoles, mapUsers, mapAccounts }: AwsAuth): AuthMap {
  const parsed = {
    roles: parseList('mapRoles', mapRoles, roles),
    users: parseList('mapUsers', mapUsers, users),
    accounts: parseList('mapAccounts', mapAccounts, accounts),
  };
  return {
    roles: lastOfEach(parsed.roles.items.map(({ rolearn, groups: of }) => ({ arn: rolearn, groups: of }))),
    users: lastOfEach(parsed.users.items.map(({ userarn, groups: of }) => ({ arn: userarn, groups: of }))),
    accounts: [...new Set(parsed.accounts.items)],
    problems: Object.values(parsed).flatMap(({ problem }) => problem ?? []),
  };
}

/** Of a list in the map. The whole map takes a megabyte at most. */
const MAX_CHARACTERS = 100_000;
function parseList<Item>(
  key: string,
  text: string | undefined,
  schema: z.ZodType<Item[]>,
): { readonly items: readonly Item[]; readonly problem?: string } {
  if (text === undefined || text.trim() === '') return { items: [] };
  try {
    const value = schema.safeParse(parseYaml(text, MAX_CHARACTERS) ?? []);
    if (value.success) return { items: value.data };
    const [issue] = value.error.issues;
    return { items: [], problem: `${key}: ${describePath(issue?.path ?? [])} is not as expected` };
  } catch (error) {
    return { items: [], problem: `${key}: ${problemOfYaml(error)}` };
  }
}

/** `entry 3, rolearn`: people count from one. */
function describePath([index, ...rest]: readonly PropertyKey[]): string {
  if (typeof index !== 'number') return 'it';
  return [`entry ${index + 1}`, ...rest.map(String)].join(', ');
}

function lastOfEach(mappings: readonly Mapping[]): Mapping[] {
  return [...new Map(mappings.map((mapping) => [mapping.arn, mapping])).values()];
}
