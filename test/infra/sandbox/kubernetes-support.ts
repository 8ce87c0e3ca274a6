import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import type { KubernetesObject, KubernetesSpec } from '../../../infra/sandbox/kubernetes/cluster.ts';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import { anOrganization, type OrganizationBuilder } from '../../../infra/sandbox/world.ts';
import { type Connection, connectTo } from '../../../shared/collect/kubernetes/connection.ts';
import { clusterToken } from '../../../shared/collect/kubernetes/token.ts';
import { as, member, region } from './support.ts';

export const CLUSTER = 'orders';
export const OPERATOR = `arn:aws:iam::${member}:role/SandboxOperator`;
const VIEW_POLICY = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy';
export const viewOf = (principalArn: string) => ({
  principalArn,
  accessPolicies: [{ policyArn: VIEW_POLICY, accessScope: { type: 'cluster' as const } }],
});

export function anObject(
  apiVersion: string,
  kind: string,
  [namespace, name]: readonly [namespace: string | undefined, name: string],
  fields: object = {},
): KubernetesObject {
  return { apiVersion, kind, metadata: { ...(namespace && { namespace }), name }, ...fields };
}

export const aPod = (name: string, namespace = 'shop') =>
  anObject('v1', 'Pod', [namespace, name], { spec: { containers: [{ name: 'main', image: 'nginx' }] } });

type Cluster = Parameters<
  Parameters<NonNullable<Parameters<OrganizationBuilder['account']>[2]>>[0]['cluster']
>[1];

/** One cluster, which `SandboxOperator` of its account may view. */
export function aCluster(
  kubernetes: KubernetesSpec,
  fields: Partial<Cluster> = {},
  delegatedAdministrators: readonly string[] = [],
): OrganizationBuilder {
  return anOrganization({ delegatedAdministrators }).account(member, {}, (account) =>
    account.cluster(CLUSTER, { region, accessEntries: [viewOf(OPERATOR)], ...fields, kubernetes }),
  );
}

/** A connection to the cluster as the operator of its account, or with a token. */
export async function connected(sandbox: Sandbox, token?: string): Promise<Connection> {
  const { cluster } = await new EKSClient(as(sandbox, member)).send(
    new DescribeClusterCommand({ name: CLUSTER }),
  );
  const own = () => clusterToken({ name: CLUSTER, region }, sandbox.credentials(member), sandbox.now);
  return connectTo({
    url: cluster?.endpoint ?? '',
    ca: Buffer.from(cluster?.certificateAuthority?.data ?? '', 'base64').toString('utf8'),
    token: token ?? (await own()),
    userAgent: 'test',
  });
}

/** Asks the cluster over such a connection. */
export async function asking(sandbox: Sandbox, options: { readonly token?: string } = {}) {
  const connection = await connected(sandbox, options.token);
  return (path: string, query: Record<string, string> = {}) =>
    // Every answer of the API is an object.
    connection.get(path, query, new AbortController().signal) as Promise<{
      status: number;
      body: { items: KubernetesObject[]; metadata: Record<string, unknown>; [field: string]: unknown };
    }>;
}
