import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface LockedPackage {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8');
const packages: Readonly<Record<string, LockedPackage>> = JSON.parse(text).packages;

test('the lock file holds no download address', () => {
  const addressed = Object.entries(packages).filter(([, one]) => one.resolved?.startsWith('http'));

  expect(addressed.map(([path]) => path)).toEqual([]);
});

test('the lock file is complete for every platform, or npm ci refuses it', () => {
  const names = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
  const wanted = Object.values(packages).flatMap((one) => Object.keys(one.optionalDependencies ?? {}));

  expect(wanted.filter((name) => !names.has(name))).toEqual([]);
});
