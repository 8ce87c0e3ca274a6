import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { createServer as createSilentServer, type Server, type Socket } from 'node:net';
import type { ClusterResource } from '../resources/eks.ts';
import { type ClusterKey, type Surroundings, serveRequest } from './api-server.ts';
import { type Certificate, makeCertificate } from './certificate.ts';
import type { KubernetesEndpoint } from './cluster.ts';

/** Tokens go nowhere but to this machine. */
const HOST = '127.0.0.1';
/** Nobody may listen on the first of all ports but root, and nobody does. */
const NOBODY = 'https://127.0.0.1:1';
const ELSEWHERE = 'elsewhere.example';

interface Listener {
  readonly server: Server;
  readonly sockets: Set<Socket>;
}

/** The endpoints of Kubernetes APIs, each of which listens from the first time that its cluster is described. */
export class KubernetesEndpoints {
  readonly #surroundings: Surroundings;
  readonly #endpoints = new Map<string, Promise<KubernetesEndpoint>>();
  readonly #listeners: Listener[] = [];
  #certificate: Certificate | undefined;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** Undefined for a cluster whose inside the world does not have. */
  async of(
    accountId: string,
    { region, name, kubernetes }: ClusterResource,
  ): Promise<KubernetesEndpoint | undefined> {
    if (kubernetes === undefined) return undefined;
    const key = { accountId, region, name };
    const id = `${accountId}/${region}/${name}/${kubernetes.connection}`;
    const endpoint = this.#endpoints.get(id) ?? this.#start(kubernetes.connection, key);
    this.#endpoints.set(id, endpoint);
    return endpoint;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#endpoints.values());
    const closed = this.#listeners.map(async ({ server, sockets }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
      await promise;
    });
    await Promise.all(closed);
  }

  async #start(
    connection: NonNullable<ClusterResource['kubernetes']>['connection'],
    key: ClusterKey,
  ): Promise<KubernetesEndpoint> {
    this.#certificate ??= makeCertificate(HOST);
    const own = this.#certificate;
    const serve: RequestListener = (request, response) => {
      void serveRequest(this.#surroundings, key, request, response);
    };
    switch (connection) {
      case 'refused':
        return { url: NOBODY, ca: own.cert };
      case 'silent':
        return { url: await this.#listen(createSilentServer()), ca: own.cert };
      case 'plaintext':
        return { url: await this.#listen(createPlainServer(serve)), ca: own.cert };
      case 'wrongName': {
        const other = makeCertificate(ELSEWHERE);
        return { url: await this.#listen(createServer(other, serve)), ca: other.cert };
      }
      case 'wrongAuthority':
        return { url: await this.#listen(createServer(makeCertificate(HOST), serve)), ca: own.cert };
      case 'works':
        return { url: await this.#listen(createServer(own, serve)), ca: own.cert };
    }
  }

  async #listen(server: Server): Promise<string> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      // Whoever breaks a connection off is told nothing.
      socket.on('error', () => socket.destroy());
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject).listen(0, HOST, resolve);
    await promise;
    this.#listeners.push({ server, sockets });
    const address = server.address();
    return `https://${HOST}:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }
}
