import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { inject } from 'vitest';
import type { KubernetesObject } from '../../infra/sandbox/kubernetes/cluster.ts';
import { typeOf } from '../../infra/sandbox/kubernetes/resources.ts';

const START_MS = 150_000;
const LOG_CHARACTERS = 4_000;

/** Whether there is a real API server here. */
export const HAS_API_SERVER = inject('apiServer') !== '';

/** Objects in bulk: see apiserver/seed.go. */
interface Bulk {
  readonly key: string;
  readonly object: object;
  readonly count: number;
}

export interface ApiServerOptions {
  /** Who there is: see apiserver/identities.go. */
  readonly identities: string;
  readonly cluster: string;
  readonly region: string;
  readonly seed?: readonly Bulk[];
  /** How often etcd forgets, as Go writes durations. */
  readonly compaction?: string;
}

/** A request as the audit log has it. */
interface AuditedRequest {
  readonly user: string;
  readonly verb: string;
  /** `networkpolicies.networking.k8s.io`, or the path of what is no resource. */
  readonly what: string;
  readonly name: string | undefined;
  readonly status: number;
}

/** A real kube-apiserver in a process of its own. */
export interface ApiServer {
  readonly url: string;
  readonly ca: string;
  /** Makes an object, as an administrator. */
  create(object: KubernetesObject): Promise<void>;
  /** What an administrator reads at a path. */
  read(path: string): Promise<unknown>;
  /** What was asked by anybody but the administrator and the server itself. */
  requests(): Promise<AuditedRequest[]>;
  close(): Promise<void>;
}

export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'eks-auditor-kube-'));
  const { identities, cluster, region, seed, compaction = '5m' } = options;
  const parameters = { dir: folder, identities, cluster, region, compaction };
  const args = Object.entries(parameters).map(([name, value]) => `-${name}=${value}`);
  if (seed !== undefined) {
    await writeFile(join(folder, 'seed.json'), JSON.stringify(seed));
    args.push(`-seed=${join(folder, 'seed.json')}`);
  }
  const child = spawn(inject('apiServer'), args, { stdio: ['pipe', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  const close = async () => {
    child.stdin.end();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const file = join(folder, 'server.json');
  await started(file, child);
  // Written by the program of this folder.
  const told = JSON.parse(await readFile(file, 'utf8')) as Announcement;
  const ask = (method: string, path: string, body?: object) => askAsAdmin(told, method, path, body);
  return {
    url: told.url,
    ca: told.ca,
    async create(object) {
      await ask('POST', collectionOf(object), object);
    },
    read: (path) => ask('GET', path),
    requests: async () => parseAuditLog(await readFile(told.auditLog, 'utf8')),
    close,
  };
}

interface Announcement {
  readonly url: string;
  readonly ca: string;
  readonly adminToken: string;
  readonly auditLog: string;
}

async function started(file: string, child: ChildProcess): Promise<void> {
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    log = (log + chunk).slice(-LOG_CHARACTERS);
  });
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await wait(50)) {
    if (existsSync(file)) return;
    if (child.exitCode !== null) throw new Error(`the API server ended with ${child.exitCode}: ${log}`);
  }
  child.kill();
  throw new Error(`the API server was not ready within ${START_MS} ms: ${log}`);
}

async function askAsAdmin(
  server: Announcement,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const headers = { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' };
  const sent = request(new URL(path, server.url), { method, headers, ca: server.ca });
  sent.end(body && JSON.stringify(body));
  const [response] = await once(sent, 'response');
  const answer: unknown = await json(response);
  if (response.statusCode >= 300)
    throw new Error(`${method} ${path}: ${response.statusCode} ${JSON.stringify(answer)}`);
  return answer;
}

/** The path under which objects of that kind are made. */
function collectionOf({ apiVersion, kind, metadata: { namespace } }: KubernetesObject): string {
  const resource =
    kind === 'CustomResourceDefinition' ? 'customresourcedefinitions' : typeOf(apiVersion, kind)?.resource;
  if (resource === undefined) throw new Error(`nobody knows the resource of ${apiVersion} ${kind}`);
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespace === undefined ? `${root}/${resource}` : `${root}/namespaces/${namespace}/${resource}`;
}

/** https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/ */
interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username?: string };
  readonly objectRef?: { readonly resource?: string; readonly apiGroup?: string; readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
}

function parseAuditLog(text: string): AuditedRequest[] {
  return (
    text
      .split('\n')
      .filter((line) => line !== '')
      // Written by the API server.
      .map((line) => JSON.parse(line) as AuditEvent)
      .filter(({ stage }) => stage === 'ResponseComplete')
      .map(({ user, verb, requestURI, objectRef, responseStatus }) => ({
        user: user.username ?? '',
        verb,
        what: objectRef?.resource
          ? [objectRef.resource, objectRef.apiGroup].filter((part) => part).join('.')
          : requestURI,
        name: objectRef?.name,
        status: responseStatus?.code ?? 0,
      }))
      .filter(({ user, what }) => user !== 'admin' && !user.startsWith('system:api') && what !== '/readyz')
  );
}
