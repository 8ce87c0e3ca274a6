import type { Sandbox } from '../../../../infra/sandbox/sandbox.ts';
import type { ApiServer } from './api-server.ts';

/** From now on EKS says that every cluster is at this API server. */
export function serveClustersFrom(sandbox: Sandbox, { url, ca }: Pick<ApiServer, 'url' | 'ca'>): void {
  sandbox.fail({
    operation: 'eks:DescribeCluster',
    alter(described) {
      const of = described.cluster as Record<string, unknown>;
      of.endpoint = url;
      of.certificateAuthority = { data: Buffer.from(ca).toString('base64') };
    },
  });
}
