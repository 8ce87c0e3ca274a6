import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { regionsOf } from './regions.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { anOrganization, parseWorld, type World } from './world.ts';

export interface ServeOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** A YAML or JSON file, see `parseWorld`. */
  readonly worldFile?: string;
  /** The world when there is no file; a small one by default. */
  readonly world?: World;
  /** Standard output by default. */
  readonly print?: (line: string) => void;
}

/**
 * Runs a sandbox until the process receives SIGINT or SIGTERM.
 *
 * @throws when the file cannot be read or parsed, z.ZodError when it does not describe a world
 */
export async function serveSandbox(options: ServeOptions = {}): Promise<void> {
  const { port = 0, worldFile, world = smallWorld(), print = console.log } = options;
  const sandbox = await startSandbox(worldFile === undefined ? world : await loadWorld(worldFile), { port });
  const stopped = stopSignal();
  for (const line of describeSandbox(sandbox)) {
    print(line);
  }
  await stopped;
  await sandbox.close();
}

/** @throws when the file cannot be read or parsed, z.ZodError when it does not describe a world */
export async function loadWorld(file: string): Promise<World> {
  return parseWorld(parse(await readFile(file, 'utf8')));
}

/** How to configure a client for the sandbox, in lines that a shell can run. */
export function describeSandbox({
  url,
  world,
  credentials,
}: Pick<Sandbox, 'url' | 'world' | 'credentials'>): string[] {
  const { managementAccountId, delegatedAdministrators } = world.organization;
  const [caller = managementAccountId] = delegatedAdministrators;
  const { accessKeyId, secretAccessKey } = credentials(caller);
  return [
    `The sandbox listens on ${url}. Point a client at it, here as account ${caller}:`,
    '',
    `  export AWS_ENDPOINT_URL=${url}`,
    `  export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    `  export AWS_REGION=${regionsOf(world.partition).global}`,
    '',
    'Other accounts, each with the secret access key beside it:',
    ...world.accounts
      .filter(({ id }) => id !== caller)
      .map(({ id, name }) => [id, name, credentials(id)] as const)
      .map(([id, name, keys]) => `  ${id}  ${keys.accessKeyId}  ${keys.secretAccessKey}  ${name}`),
    '',
    `What happened: ${url}/_sandbox/events, ${url}/_sandbox/log, ${url}/_sandbox/findings?account=&region=`,
    'Ctrl+C stops it.',
  ];
}

function smallWorld(): World {
  return anOrganization({ delegatedAdministrators: ['222222222222'] })
    .account('333333333333', { name: 'workload' }, (account) =>
      account.cluster('example', { region: 'eu-west-1', addons: ['vpc-cni', 'kube-proxy', 'coredns'] }),
    )
    .build();
}

function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = () => {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
    resolve();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  return promise;
}
