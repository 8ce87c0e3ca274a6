import { Agent } from 'node:https';
import { connect } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import type { Sandbox } from '../infra/sandbox/sandbox.ts';

/** The connections to each host. */
interface OpenConnections {
  /** That are open now. */
  readonly byHost: ReadonlyMap<string, number>;
  /** The most that ever were open to one host. */
  readonly most: () => number;
}

/**
 * Lets a test send its requests to the hosts that AWS has, one for each service and Region, all of which are the sandbox,
 * and counts the connections to them.
 */
export function tellHostsApart(sandbox: Pick<Sandbox, 'url'>): OpenConnections {
  const { hostname, port } = new URL(sandbox.url);
  vi.stubEnv('AWS_ENDPOINT_URL', undefined);
  const byHost = new Map<string, number>();
  let most = 0;
  const add = (host: string, change: 1 | -1) => {
    const open = (byHost.get(host) ?? 0) + change;
    byHost.set(host, open);
    most = Math.max(most, open);
  };
  // Without TLS: what an agent knows of a connection is its host.
  const toSandbox = vi.spyOn(Agent.prototype, 'createConnection').mockImplementation(({ host }) => {
    const socket = connect({ host: hostname, port: Number(port) });
    add(host ?? '', 1);
    socket.once('close', () => add(host ?? '', -1));
    return socket;
  });
  onTestFinished(() => toSandbox.mockRestore());
  return { byHost, most: () => most };
}
