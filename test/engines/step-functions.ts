import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Template } from 'aws-cdk-lib/assertions';
import { AUDITOR } from '../infra/cdk/synthesized.ts';
import { pythonTools } from './python.ts';

const REGION = 'eu-west-1';
const START_SECONDS = 60;
const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations/;

/** Lambda has no capacity for the function. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export class Throttled extends Error {
  override readonly name = 'TooManyRequestsException';
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const SLOW_DOWN = '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** A Lambda function; it rejects with the function's error, or with Throttled. */
export type Invoke = (event: unknown) => Promise<unknown>;

export interface Execution {
  readonly status: string;
  readonly output: unknown;
  readonly error?: string;
  readonly cause?: string;
  /** Every input and output of the states, as JSON. */
  readonly states: readonly string[];
}

/**
 * moto's Step Functions (LocalStack's interpreter, which executes Distributed Maps), S3 and SQS. moto runs Lambda functions
 * in containers; a proxy in front of it runs them in this process instead.
 */
export class StepFunctions {
  readonly url: string;
  /** S3 that refuses what `slowsDown` says. */
  readonly slowS3Url: string;
  readonly #moto: ChildProcess;
  readonly #proxy: Server;
  /** The Lambda functions by name. */
  readonly functions = new Map<string, Invoke>();
  /** Whether S3 throttles a request, such as `PUT /bucket/key`. */
  slowsDown: (request: string) => boolean = () => false;

  private constructor(url: string, moto: ChildProcess, proxy: Server) {
    this.url = url;
    this.slowS3Url = `http://127.0.0.1:${portOf(proxy)}`;
    this.#moto = moto;
    this.#proxy = proxy;
  }

  static async start(): Promise<StepFunctions> {
    const tools = await pythonTools();
    let self: StepFunctions | undefined;
    const proxy = createServer((incoming, answer) => {
      const [, name] = INVOCATION.exec(decodeURIComponent(incoming.url ?? '')) ?? [];
      const invoke = name && self?.functions.get(name.split(':').at(-1) ?? '');
      if (invoke) void answerInvocation(incoming, answer, invoke);
      else if (self?.slowsDown(`${incoming.method} ${incoming.url}`)) answer.writeHead(503).end(SLOW_DOWN);
      else forward(incoming, answer, motoPort);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const motoPort = await freePort();
    const moto = spawn(join(tools, 'moto_server'), ['-H', '127.0.0.1', '-p', String(motoPort)], {
      stdio: 'ignore',
      // The endpoint through which the interpreter calls Lambda, S3 and SQS.
      env: { ...process.env, MOTO_PORT: String(portOf(proxy)), AWS_DEFAULT_REGION: REGION },
    });
    self = new StepFunctions(`http://127.0.0.1:${motoPort}`, moto, proxy);
    await self.#waitUntilReady();
    return self;
  }

  async stop(): Promise<void> {
    const gone = once(this.#moto, 'exit');
    this.#moto.kill();
    this.#proxy.close();
    await gone;
  }

  async #waitUntilReady(): Promise<void> {
    for (let tries = 0; tries < START_SECONDS * 4; tries += 1) {
      if (this.#moto.exitCode !== null) throw new Error(`moto ended with exit code ${this.#moto.exitCode}`);
      const config = JSON.stringify({ stepfunctions: { execute_state_machine: true } });
      const answer = await fetch(`${this.url}/moto-api/config`, { method: 'POST', body: config }).catch(
        () => undefined,
      );
      if (answer?.ok) return;
      await wait(250);
    }
    throw new Error(`moto did not start within ${START_SECONDS} seconds`);
  }

  /** Calls one of moto's JSON services. */
  async call(target: string, body: unknown): Promise<Record<string, unknown>> {
    const [service = ''] = target.split('.');
    const name = service === 'AmazonSQS' ? 'sqs' : 'states';
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.0',
        'X-Amz-Target': target,
        Authorization: `AWS4-HMAC-SHA256 Credential=ak/20261122/${REGION}/${name}/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${target}: ${text}`);
    return JSON.parse(text || '{}');
  }

  /** Creates the state machine of a definition. Returns its ARN. */
  async create(name: string, definition: string): Promise<string> {
    const { stateMachineArn } = await this.call('AWSStepFunctions.CreateStateMachine', {
      name,
      definition,
      roleArn: `arn:aws:iam::${AUDITOR}:role/states`,
    });
    return String(stateMachineArn);
  }

  /** Executes a state machine to its end. */
  async execute(stateMachineArn: string, input: unknown): Promise<Execution> {
    return this.finished(await this.startExecution(stateMachineArn, input));
  }

  /** Starts an execution. Returns its ARN. */
  async startExecution(stateMachineArn: string, input: unknown): Promise<string> {
    const { executionArn } = await this.call('AWSStepFunctions.StartExecution', {
      stateMachineArn,
      name: randomUUID(),
      input: JSON.stringify(input),
    });
    return String(executionArn);
  }

  async finished(executionArn: string): Promise<Execution> {
    for (;;) {
      const execution = await this.call('AWSStepFunctions.DescribeExecution', { executionArn });
      if (execution.status !== 'RUNNING') {
        const history = await this.call('AWSStepFunctions.GetExecutionHistory', { executionArn });
        return {
          status: String(execution.status),
          output: execution.output ? JSON.parse(String(execution.output)) : undefined,
          ...(execution.error ? { error: String(execution.error) } : {}),
          ...(execution.cause ? { cause: String(execution.cause) } : {}),
          states: textsIn(history),
        };
      }
      await wait(200);
    }
  }
}

/**
 * Where the interpreter differs from AWS: a percentage has to be a decimal number, the body of an S3 object a text.
 */
const DIFFERENCES = [
  ['"ToleratedFailurePercentage":100', '"ToleratedFailurePercentage":100.0'],
  ['"Body.$":"$.record"', '"Body.$":"States.JsonToString($.record)"'],
] as const;

/** Waits, and those between attempts, in seconds: here nobody waits for hours. What is waited for how often stays as it is. */
const WAITS = [
  [/"IntervalSeconds":\d+/g, '"IntervalSeconds":1'],
  [/"MaxDelaySeconds":\d+/g, '"MaxDelaySeconds":2'],
  [/"Seconds":\d+/g, '"Seconds":3'],
] as const;

/** The definition of a state machine in a template. `names` are the values of references, by the start of their ids. */
export function definitionOf(
  template: Template,
  name: string,
  names: Readonly<Record<string, string>>,
): string {
  const machines = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const machine = machines.find((resource) => resource.Properties.StateMachineName === name);
  const parts: readonly unknown[] = machine?.Properties.DefinitionString['Fn::Join'][1];
  const definition = parts
    .map((part) => (typeof part === 'string' ? part : resolveReference(part, names)))
    .join('');
  const patient = WAITS.reduce((text, [ours, theirs]) => text.replaceAll(ours, theirs), definition);
  return DIFFERENCES.reduce((text, [ours, theirs]) => text.replace(ours, theirs), patient);
}

function resolveReference(reference: unknown, names: Readonly<Record<string, string>>): string {
  const [value] = Object.values(Object(reference));
  const id = String(Array.isArray(value) ? value[0] : value);
  const [, name] = Object.entries(names).find(([start]) => id.startsWith(start)) ?? [];
  if (name === undefined) throw new Error(`No value for ${JSON.stringify(reference)}`);
  return name;
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

async function answerInvocation(
  incoming: IncomingMessage,
  answer: ServerResponse,
  invoke: Invoke,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const json = { 'Content-Type': 'application/json' };
  try {
    const result = await invoke(JSON.parse(Buffer.concat(chunks).toString()));
    answer.writeHead(200, json).end(JSON.stringify(result ?? null));
  } catch (error) {
    if (error instanceof Throttled) {
      answer
        .writeHead(429, { ...json, 'X-Amzn-ErrorType': error.name, 'X-Amzn-RequestId': randomUUID() })
        .end(JSON.stringify({ Reason: 'ConcurrentInvocationLimitExceeded', message: 'Rate Exceeded.' }));
      return;
    }
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    answer
      .writeHead(200, { ...json, 'X-Amz-Function-Error': 'Unhandled' })
      .end(JSON.stringify({ errorType: name, errorMessage: message }));
  }
}

function forward(incoming: IncomingMessage, answer: ServerResponse, port: number): void {
  const { method, url: path, headers } = incoming;
  const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  outgoing.on('error', (error) => answer.writeHead(502).end(String(error)));
  incoming.pipe(outgoing);
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const port = portOf(probe);
  probe.close();
  return port;
}
