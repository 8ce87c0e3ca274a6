import type { TestProject } from 'vitest/node';
import { ensureApiServer } from './binary.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Empty where there is none. */
    apiServer: string;
  }
}

/** Builds the API server before the tests start, which takes minutes the first time. */
export async function setup(project: TestProject): Promise<void> {
  const binary = await ensureApiServer();
  if (binary === undefined) process.stderr.write('Skipped: the tests with a real kube-apiserver need Go\n');
  project.provide('apiServer', binary ?? '');
}
