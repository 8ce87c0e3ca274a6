import type { TestProject } from 'vitest/node';
import { type Chromium, findChromium } from '../../infra/bench/chromium.ts';

declare module 'vitest' {
  interface ProvidedContext {
    chromium: Chromium | undefined;
  }
}

/** Finds a Chromium, or installs one; without one the tests are skipped. */
export async function setup(project: TestProject): Promise<void> {
  project.provide('chromium', await foundChromium());
}

async function foundChromium(): Promise<Chromium | undefined> {
  try {
    return await findChromium();
  } catch (error) {
    console.log(`The tests in a browser are skipped: ${error instanceof Error ? error.message : error}.`);
    return undefined;
  }
}
