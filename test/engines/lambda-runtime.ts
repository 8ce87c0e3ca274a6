import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../infra/cdk/synthesized.ts';

const VERSION = '4.0.2';
const API = '/2018-06-01/runtime';
const TIMEOUT_MS = 900_000;

/**
 * Installs AWS's Runtime Interface Client, with which Lambda's images run functions, if it is not installed yet. It is not
 * a dependency of the project, because its installation takes a minute and a C++ compiler. Returns its executable.
 */
export async function ensureRuntimeClient(): Promise<string> {
  const folder = join(ROOT, '.venv', `aws-lambda-ric-${VERSION}`);
  const executable = join(folder, 'node_modules/aws-lambda-ric/index.mjs');
  if (existsSync(join(folder, 'complete'))) return executable;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  const install = ['install', '--no-audit', '--no-fund', `aws-lambda-ric@${VERSION}`];
  await promisify(execFile)('npm', install, { cwd: folder, maxBuffer: 100_000_000 });
  await writeFile(join(folder, 'complete'), '');
  return executable;
}

interface Invocation {
  readonly id: string;
  readonly event: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A function as Lambda runs it: its bundle, under the runtime interface client, with Lambda's environment. */
export class LambdaFunction {
  readonly #api: Server;
  #process: ChildProcess | undefined;
  readonly #waiting: Invocation[] = [];
  readonly #running = new Map<string, Invocation>();
  #idle: ServerResponse | undefined;
  #count = 0;
  /** The output of the process. */
  log = '';

  private constructor(api: Server) {
    this.#api = api;
  }

  /** `directory` stands for `/var/task`. */
  static async start(
    directory: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<LambdaFunction> {
    const client = await ensureRuntimeClient();
    let self: LambdaFunction | undefined;
    const api = createServer((request, response) => {
      if (self) void self.#answer(request, response);
    });
    api.listen(0, '127.0.0.1');
    await once(api, 'listening');
    self = new LambdaFunction(api);
    self.#spawn(client, directory, environment);
    return self;
  }

  #spawn(client: string, directory: string, environment: Readonly<Record<string, string>>): void {
    const address = this.#api.address();
    if (address === null || typeof address === 'string') throw new Error('The runtime API has no port');
    // Without the environment of this process, as in Lambda.
    this.#process = spawn(process.execPath, [client, 'index.handler'], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: '/usr/bin:/bin',
        LAMBDA_TASK_ROOT: directory,
        _HANDLER: 'index.handler',
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${address.port}`,
        AWS_LAMBDA_FUNCTION_NAME: 'eks-auditor',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/eks-auditor',
        AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        ...environment,
      },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk) => {
        this.log += chunk;
      });
    }
    this.#process.on('exit', (code) => {
      for (const invocation of [...this.#waiting, ...this.#running.values()]) {
        invocation.reject(new Error(`The function ended with exit code ${code}: ${this.log}`));
      }
    });
  }

  /** Invokes the function as Step Functions does. Rejects with the error that the function reports. */
  invoke(event: unknown): Promise<unknown> {
    this.#count += 1;
    const id = `00000000-0000-0000-0000-${String(this.#count).padStart(12, '0')}`;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, event: JSON.stringify(event), resolve, reject });
      this.#dispatch();
    });
  }

  /** The peak memory of the process in MiB; `undefined` on systems without /proc. */
  async peakMemory(): Promise<number | undefined> {
    const status = await readFile(`/proc/${this.#process?.pid}/status`, 'utf8').catch(() => '');
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
    return kibibytes === undefined ? undefined : Math.round(Number(kibibytes) / 1024);
  }

  async stop(): Promise<void> {
    this.#process?.removeAllListeners('exit');
    if (this.#process?.exitCode === null) {
      const gone = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await gone;
    }
    this.#api.closeAllConnections();
    this.#api.close();
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === `${API}/invocation/next`) {
      this.#idle = response;
      this.#dispatch();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString() || 'null');
    const [, id = '', outcome] = /\/invocation\/([^/]+)\/(response|error)$/.exec(request.url ?? '') ?? [];
    const invocation = this.#running.get(id) ?? this.#waiting[0];
    this.#running.delete(id);
    if (outcome === 'response') invocation?.resolve(body);
    else invocation?.reject(Object.assign(new Error(body?.errorMessage), { name: body?.errorType }));
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}');
  }

  #dispatch(): void {
    const response = this.#idle;
    const invocation = response && this.#waiting.shift();
    if (!response || !invocation) return;
    this.#idle = undefined;
    this.#running.set(invocation.id, invocation);
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': invocation.id,
      'Lambda-Runtime-Deadline-Ms': String(Date.now() + TIMEOUT_MS),
      'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:eu-west-1:111122223333:function:eks-auditor',
      'Lambda-Runtime-Trace-Id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
    });
    response.end(invocation.event);
  }
}
