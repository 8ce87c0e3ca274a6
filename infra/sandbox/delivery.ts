import type { ServerResponse } from 'node:http';
import type { WireFault } from './faults.ts';
import type { WireAnswer } from './protocols/protocol.ts';

/** The time between two bytes of `SlowBody`, in milliseconds. */
const dripInterval = 20;

/** What the faults of a body are for the answer to a HEAD request, which has none. */
const faultsWithoutBody: Partial<Record<WireFault, WireFault>> = {
  StalledBody: 'Timeout',
  SlowBody: 'Timeout',
  CutBody: 'ConnectionReset',
};

/** Sends an answer; `fault` says what goes wrong on the way. */
export function deliver(response: ServerResponse, answer: WireAnswer, fault?: WireFault): void {
  const body = Buffer.from(answer.body);
  const isHead = response.req.method === 'HEAD';
  const effective = isHead && fault !== undefined ? (faultsWithoutBody[fault] ?? fault) : fault;
  switch (effective) {
    case undefined:
      writeHead(response, answer, body.length);
      response.end(body);
      break;
    case 'Timeout':
      break;
    case 'ConnectionReset':
      reset(response);
      break;
    case 'StalledBody':
      sendHalf(response, answer, body, () => undefined);
      break;
    case 'CutBody':
      sendHalf(response, answer, body, () => response.socket?.end());
      break;
    case 'SlowBody':
      drip(response, answer, body);
      break;
  }
}

/** Without TLS by a reset; with it the connection is closed in the middle of its protocol. */
function reset({ socket }: ServerResponse): void {
  if (socket !== null && 'encrypted' in socket) socket.destroy();
  else socket?.resetAndDestroy();
}

function writeHead(response: ServerResponse, { status, headers }: WireAnswer, length: number): void {
  response.writeHead(status, { 'content-length': length, ...headers });
}

/** More bytes are announced than are sent, even of a body that is empty. */
function sendHalf(response: ServerResponse, answer: WireAnswer, body: Buffer, sent: () => void): void {
  writeHead(response, answer, Math.max(body.length, 1));
  response.flushHeaders();
  response.write(body.subarray(0, Math.floor(body.length / 2)), sent);
}

/** Blanks after the end of JSON or XML leave it valid. */
function drip(response: ServerResponse, { status, headers }: WireAnswer, body: Buffer): void {
  response.writeHead(status, headers);
  response.flushHeaders();
  let sent = 0;
  const timer = setInterval(() => {
    response.write(sent < body.length ? body.subarray(sent, sent + 1) : ' ');
    sent += 1;
  }, dripInterval).unref();
  response.once('close', () => clearInterval(timer));
}
