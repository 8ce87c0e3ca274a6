import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { writeWhole } from '../../../infra/cli/whole-writes.ts';
import { aFolder } from './cli-process.ts';

/** A stream of a file whose disk takes a few bytes at a time, and no more than there is space. */
function aStream(space: number) {
  const fd = openSync(join(aFolder(), 'out'), 'w');
  const taken: string[] = [];
  const stream = Object.assign(new Writable(), { fd });
  writeWhole(stream, (_, bytes) => {
    const part = Buffer.from(bytes.subarray(0, Math.min(3, space - taken.join('').length))).toString(
      'latin1',
    );
    if (part === '') throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    taken.push(part);
    return part.length;
  });
  stream.on('close', () => closeSync(fd));
  return { stream, taken };
}

const write = (stream: Writable, text: string) =>
  new Promise<unknown>((resolve) => {
    stream.on('error', () => {});
    stream.write(text, (error) => resolve(error ?? undefined));
  });

it('writes all of a text, however little is taken at a time', async () => {
  const { stream, taken } = aStream(100);

  expect(await write(stream, 'abcdefghij')).toBeUndefined();
  expect(taken.join('')).toBe('abcdefghij');
});

it('fails where a disk takes only a part', async () => {
  const { stream } = aStream(5);

  expect(await write(stream, 'abcdefghij')).toMatchObject({ code: 'ENOSPC' });
});

it('writes to the file itself', async () => {
  const path = join(aFolder(), 'out');
  const stream = Object.assign(new Writable(), { fd: openSync(path, 'w') });
  writeWhole(stream);

  await write(stream, 'für Müller');

  expect(readFileSync(path, 'utf8')).toBe('für Müller');
  closeSync(stream.fd);
});
