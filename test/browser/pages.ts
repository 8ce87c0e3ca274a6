import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';
import { launch } from '../../infra/bench/chromium.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { renderHtml } from '../../shared/report/html.ts';

export const WIDTHS = [390, 1280] as const;

/** Opens the report of a result. What is in `address` follows the address of the file. */
export type OpenReport = (
  result: RunResult,
  options?: BrowserContextOptions & {
    readonly address?: string;
    /** Whether something may be wrong with it. */
    readonly mayComplain?: boolean;
  },
) => Promise<Page>;

/** Tests in a Chromium; skipped where there is none. No page may say that something is wrong with it. */
export function describeInBrowser(name: string, tests: (open: OpenReport) => void): void {
  const chromium = inject('chromium');
  describe.skipIf(chromium === undefined)(name, () => {
    let browser: Browser;
    let folder: string;
    const complaints: string[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'eks-auditor-browser-'));
      if (chromium !== undefined) browser = await launch(chromium);
    });
    afterAll(async () => {
      await browser.close();
      await rm(folder, { recursive: true });
    });
    afterEach(async () => {
      for (const context of browser.contexts()) await context.close();
      expect(complaints.splice(0)).toEqual([]);
    });

    let reports = 0;
    tests(async (result, { address = '', mayComplain = false, ...options } = {}) => {
      reports += 1;
      const file = join(folder, `${reports}.html`);
      await writeFile(file, renderHtml(result));
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      const url = pathToFileURL(file).href;
      if (!mayComplain) listen(page, url, (complaint) => complaints.push(complaint));
      await page.goto(`${url}${address}`);
      return page;
    });
  });
}

/** Hears of errors, of dialogs, and of requests for anything but the page itself. */
function listen(page: Page, url: string, complain: (complaint: string) => void): void {
  page.on('console', (message) => complain(message.text()));
  page.on('pageerror', (error) => complain(error.message));
  page.on('dialog', (dialog) => complain(dialog.message()));
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) complain(`requested ${request.url()}`);
  });
}

/** Scrolls through the whole page, so that everything is drawn that is drawn when it is seen. */
export async function scrollThrough(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    for (let y = 0; y < document.documentElement.scrollHeight; y += 600) {
      window.scrollTo(0, y);
      await frame();
      await frame();
    }
    window.scrollTo(0, 0);
  });
}
