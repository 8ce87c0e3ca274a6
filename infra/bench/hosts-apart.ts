import { Agent } from 'node:https';
import { connect } from 'node:net';

/**
 * Sends the requests of this process to the hosts that AWS has, one for each service and Region, all of which are the
 * sandbox. Without TLS: what an agent knows of a connection is its host. Returns how many connections were opened.
 */
export function tellHostsApart(url: string): () => number {
  delete process.env.AWS_ENDPOINT_URL;
  const { hostname, port } = new URL(url);
  let opened = 0;
  Agent.prototype.createConnection = () => {
    opened += 1;
    return connect({ host: hostname, port: Number(port) });
  };
  return () => opened;
}
