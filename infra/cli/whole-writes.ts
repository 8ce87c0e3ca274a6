import { fstatSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';

/**
 * Lets a standard stream that is a file write all of a text or fail: Node's own does not look at how much of it a disk that
 * is nearly full has taken, and the rest is lost without an error (seen with Node 20 and 22: `> file` on a full tmpfs).
 */
export function writeWhole(
  stream: Writable & { readonly fd: number },
  write: typeof writeToFile = writeToFile,
): void {
  if (!fstatSync(stream.fd).isFile()) return;
  stream._write = (chunk: Uint8Array | string, encoding, done) => {
    try {
      let rest = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
      while (rest.length > 0) rest = rest.subarray(write(stream.fd, rest));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    done();
  };
}

function writeToFile(descriptor: number, bytes: Uint8Array): number {
  return writeSync(descriptor, bytes);
}
