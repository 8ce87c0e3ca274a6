import { parse } from 'yaml';
import * as z from 'zod';
import type { Caller } from '../caller.ts';
import type { ClusterResource } from '../resources/eks.ts';
import type { KubernetesResource } from './cluster.ts';
import {
  type Attempt,
  allows,
  EVERYTHING,
  isBoundTo,
  type Rule,
  type Subject,
  VIEW,
  VIEW_EVERYTHING,
} from './rbac.ts';

/** Who the cluster takes a caller for. */
export interface User extends Subject {
  /** Access policies of EKS, each with the namespaces that it is for; none means all. */
  readonly policies: readonly { readonly rules: readonly Rule[]; readonly namespaces?: readonly string[] }[];
}

/** What access policies allow to read. https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
const POLICIES: Readonly<Record<string, readonly Rule[]>> = {
  AmazonEKSViewPolicy: VIEW,
  AmazonEKSAdminViewPolicy: VIEW_EVERYTHING,
  AmazonEKSClusterAdminPolicy: EVERYTHING,
};

const MASTERS = 'system:masters';
const EVERYBODY = ['system:authenticated'];

/** By an access entry, or else by the aws-auth map, as the cluster's mode says. Undefined for somebody unknown. */
export function userOf(
  cluster: ClusterResource,
  inside: KubernetesResource,
  caller: Caller,
): User | undefined {
  const mode = cluster.accessConfig?.authenticationMode ?? 'CONFIG_MAP';
  const principal = principalOf(caller);
  const byEntry = mode === 'CONFIG_MAP' ? undefined : userByEntry(cluster, principal, caller);
  return byEntry ?? (mode === 'API' ? undefined : userByMap(inside, principal, caller));
}

export function isAllowed(inside: KubernetesResource, user: User, attempt: Attempt): boolean {
  if (user.groups.includes(MASTERS)) return true;
  const byPolicy = user.policies.some(
    ({ rules, namespaces }) =>
      (namespaces === undefined || namespaces.includes(attempt.namespace ?? '')) && allows(rules, attempt),
  );
  return byPolicy || isBoundTo(inside, user, attempt);
}

/** The role rather than its session: `arn:aws:iam::111122223333:role/Auditor`. */
function principalOf({ arn }: Caller): string {
  return arn.replace(/:sts:(.*):assumed-role\/([^/]+)\/.*$/, ':iam:$1:role/$2');
}

/** A session does not tell the path of its role. */
function withoutPath(arn: string | null | undefined): string {
  return (arn ?? '').replace(/:(role|user)\/(?:.*\/)?/, ':$1/').toLowerCase();
}

function isFor(arn: string | null | undefined, principal: string): boolean {
  return withoutPath(arn) === withoutPath(principal);
}

function userByEntry(
  { accessEntries }: ClusterResource,
  principal: string,
  caller: Caller,
): User | undefined {
  const entry = accessEntries.find(({ principalArn }) => isFor(principalArn, principal));
  if (entry === undefined) return undefined;
  const policies = (entry.accessPolicies ?? []).flatMap(({ policyArn, accessScope }) => {
    const rules = POLICIES[policyArn?.split('/').at(-1) ?? ''];
    if (rules === undefined) return [];
    const isScoped = accessScope?.type === 'namespace';
    return [isScoped ? { rules, namespaces: accessScope.namespaces ?? [] } : { rules }];
  });
  const username = entry.username ?? principal;
  return {
    username: withSession(username, caller),
    groups: [...EVERYBODY, ...(entry.kubernetesGroups ?? [])],
    policies,
  };
}

const mappings = z.array(
  z.object({
    rolearn: z.string().optional(),
    userarn: z.string().optional(),
    username: z.string().optional(),
    groups: z.array(z.string()).default([]),
  }),
);
const awsAuth = z.object({ mapRoles: z.string().default('[]'), mapUsers: z.string().default('[]') });

/** Of mappings of the same principal the last counts. What cannot be parsed maps nobody. */
function userByMap({ objects }: KubernetesResource, principal: string, caller: Caller): User | undefined {
  const map = objects.find(
    ({ kind, metadata }) =>
      kind === 'ConfigMap' && metadata.namespace === 'kube-system' && metadata.name === 'aws-auth',
  );
  const data = awsAuth.safeParse(map?.data);
  if (!data.success) return undefined;
  const all = [data.data.mapRoles, data.data.mapUsers].flatMap((text) => {
    const parsed = mappings.safeParse(parse(text, { logLevel: 'silent' }));
    return parsed.success ? parsed.data : [];
  });
  const mapping = all.findLast(({ rolearn, userarn }) => isFor(rolearn ?? userarn, principal));
  if (mapping === undefined) return undefined;
  const username = withSession(mapping.username ?? principal, caller);
  return { username, groups: [...EVERYBODY, ...mapping.groups], policies: [] };
}

function withSession(username: string, { arn }: Caller): string {
  return username.replaceAll('{{SessionName}}', arn.split('/').at(-1) ?? '');
}
