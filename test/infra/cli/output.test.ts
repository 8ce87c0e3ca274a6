import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openOutput } from '../../../infra/cli/output.ts';
import { OutputError } from '../../../infra/cli/output-error.ts';
import { aFolder } from './cli-process.ts';

const isRoot = process.geteuid?.() === 0;

async function write(path: string, text: string): Promise<void> {
  const output = await openOutput(path);
  await output.write(text);
}

/** Runs as somebody who owns nothing here. */
async function asSomebodyElse(work: () => Promise<void>): Promise<void> {
  const spy = vi.spyOn(process, 'geteuid').mockReturnValue(12_345);
  await work().finally(() => spy.mockRestore());
}

describe('a file', () => {
  it('is written beside and renamed, so that readers of the former one keep it whole', async () => {
    const path = join(aFolder(), 'report.json');
    writeFileSync(path, 'former', { mode: 0o644 });
    const former = statSync(path).ino;

    await write(path, 'new');

    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).ino).not.toBe(former);
    expect(readdirSync(join(path, '..'))).toEqual(['report.json']);
  });

  it('can be read by its owner only, whatever the umask and the former file', async () => {
    const folder = aFolder();
    writeFileSync(join(folder, 'old.json'), 'former', { mode: 0o666 });

    await write(join(folder, 'old.json'), 'x');
    await write(join(folder, 'new.json'), 'x');

    expect(statSync(join(folder, 'old.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'new.json')).mode & 0o777).toBe(0o600);
  });

  it('is not there before the report is complete', async () => {
    const folder = aFolder();

    await openOutput(join(folder, 'report.json'));

    expect(readdirSync(folder)).toEqual([]);
  });

  it('stays as it was when the new one cannot be put in its place', async () => {
    const folder = aFolder();
    const path = join(folder, 'report.json');
    const output = await openOutput(path);
    // Somebody was faster.
    mkdirSync(path);

    await expect(output.write('x')).rejects.toThrow(OutputError);

    expect(readdirSync(folder)).toEqual(['report.json']);
    expect(lstatSync(path).isDirectory()).toBe(true);
  });

  it.each([
    ['', "''", 'it is empty'],
    ['.', '.', 'it is a directory'],
    ['/no/such/folder/x.json', '/no/such/folder/x.json', 'no such directory'],
    ['/etc/hostname/x.json', '/etc/hostname/x.json', 'part of the path is not a directory'],
  ])('%j is refused at once', async (path, named, why) => {
    await expect(openOutput(path)).rejects.toThrow(`Cannot write --output ${named}: ${why}.`);
  });

  it.skipIf(isRoot)('in a folder that is not ours to write is refused at once', async () => {
    const folder = aFolder();
    chmodSync(folder, 0o500);

    await expect(openOutput(join(folder, 'x.json'))).rejects.toThrow('permission denied');
    chmodSync(folder, 0o700);
  });
});

describe('a link', () => {
  const aLink = () => {
    const folder = aFolder();
    const target = join(folder, 'target.json');
    const link = join(folder, 'link.json');
    writeFileSync(target, 'former');
    symlinkSync('target.json', link);
    return { folder, target, link };
  };

  it('of the caller is followed, and stays', async () => {
    const { link, target } = aLink();

    await write(link, 'new');

    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('new');
  });

  it('to nothing leads to a new file', async () => {
    const folder = aFolder();
    symlinkSync(join(folder, 'target.json'), join(folder, 'link.json'));

    await write(join(folder, 'link.json'), 'new');

    expect(readFileSync(join(folder, 'target.json'), 'utf8')).toBe('new');
  });

  it.skipIf(!isRoot)('of another user is refused, and what it leads to stays', async () => {
    const { link, target } = aLink();
    lchownSync(link, 12_346, 12_346);

    await expect(openOutput(link)).rejects.toThrow('it leads through a link of another user');
    await asSomebodyElse(() =>
      expect(openOutput(link)).rejects.toThrow('it leads through a link of another user'),
    );
    expect(readFileSync(target, 'utf8')).toBe('former');
  });

  it.skipIf(isRoot)('of another user is refused where this test is not run by root', async () => {
    const { link } = aLink();

    await asSomebodyElse(() =>
      expect(openOutput(link)).rejects.toThrow('it leads through a link of another user'),
    );
  });

  it.skipIf(!isRoot)('of another user to a folder is refused as well', async () => {
    const folder = aFolder();
    mkdirSync(join(folder, 'mine'));
    symlinkSync('mine', join(folder, 'out'));
    lchownSync(join(folder, 'out'), 12_346, 12_346);

    await expect(openOutput(join(folder, 'out', 'report.json'))).rejects.toThrow(
      'it leads through a link of another user',
    );
  });

  it('of the caller to a folder is followed, and .. is what the system makes of it', async () => {
    const folder = aFolder();
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    symlinkSync('a/b', join(folder, 'out'));

    await write(`${folder}/out/x.json`, 'x');
    await write(`${folder}/out/../y.json`, 'y');

    expect(readFileSync(join(folder, 'a', 'b', 'x.json'), 'utf8')).toBe('x');
    expect(readFileSync(join(folder, 'a', 'y.json'), 'utf8')).toBe('y');
  });

  it('put there after the check is replaced, not followed', async () => {
    const { folder, target } = aLink();
    const path = join(folder, 'report.json');
    const output = await openOutput(path);
    symlinkSync(target, path);

    await output.write('new');

    expect(readFileSync(target, 'utf8')).toBe('former');
    expect(lstatSync(path).isFile()).toBe(true);
  });

  it('that leads to itself is refused', async () => {
    const path = join(aFolder(), 'a.json');
    symlinkSync('a.json', path);

    await expect(openOutput(path)).rejects.toThrow('its links lead round in a circle');
  });
});

describe('pipes and devices', () => {
  it('a full one is an error of its own, and no bug', async () => {
    await expect(write('/dev/full', 'x')).rejects.toThrow(
      new OutputError('Cannot write --output /dev/full: no space left on the device.'),
    );
  });

  it('are written as they are, and stay', async () => {
    await write('/dev/null', 'x');

    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('a named pipe hands everything to its reader', async () => {
    const path = join(aFolder(), 'pipe.json');
    await new Promise((resolve) => spawn('sh', ['-c', 'mkfifo "$0"', path]).on('close', resolve));
    const text = 'x'.repeat(1_000_000);

    const [read] = await Promise.all([readFile(path, 'utf8'), write(path, text)]);

    expect(read).toBe(text);
    expect(statSync(path).isFIFO()).toBe(true);
  });

  it('one that is not there is refused', async () => {
    await expect(openOutput('/dev/no-such-device')).rejects.toThrow('no such directory');
    expect(existsSync('/dev/no-such-device')).toBe(false);
  });
});
