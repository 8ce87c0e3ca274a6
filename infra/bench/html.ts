import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { findChromium, launch } from './chromium.ts';
import { atMost, type Measure, median } from './measures.ts';

const CLUSTERS = 1_000;
const TIMES = 5;
const LIMITS = { mebibytes: 300, megabytes: 1.5, paintMs: 600, filterMs: 100, elements: 5_000 };

interface ProcessMeasures {
  readonly seconds: number;
  readonly mebibytes: number;
  readonly megabytes: number;
  readonly verdicts: number;
}

/** The HTML report of 1,000 clusters: how it is built, and how fast a browser shows and filters it. */
export async function* html(): AsyncGenerator<Measure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'eks-auditor-html-'));
  try {
    const file = join(folder, 'report.html');
    yield await built(file);
    const browser = await launch(await findChromium());
    yield await shown(browser, pathToFileURL(file).href);
    await browser.close();
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function built(file: string): Promise<Measure[]> {
  const script = fileURLToPath(new URL('html-process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...process.execArgv,
    script,
    file,
    String(CLUSTERS),
  ]);
  // Written by the script, which is part of this program.
  const { seconds, mebibytes, megabytes, verdicts } = JSON.parse(stdout) as ProcessMeasures;
  const size = `${CLUSTERS.toLocaleString('en')} clusters, ${verdicts.toLocaleString('en')} verdicts`;
  return [
    { name: `HTML of ${size}: seconds`, value: seconds.toFixed(2) },
    {
      name: '  MiB of memory (peak of the process)',
      value: String(mebibytes),
      ...atMost(mebibytes, LIMITS.mebibytes),
    },
    { name: '  MB of the file', value: megabytes.toFixed(2), ...atMost(megabytes, LIMITS.megabytes) },
  ];
}

async function shown(browser: Browser, url: string): Promise<Measure[]> {
  const paints: number[] = [];
  const filters: number[] = [];
  let elements = 0;
  for (let time = 0; time < TIMES; time += 1) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    await page.goto(url);
    elements = await page.locator('*').count();
    paints.push(await firstPaintOf(page));
    for (const text of ['payments', 'prod eu-west-1', 'no such thing', ''])
      filters.push(await filterMs(page, text));
    await context.close();
  }
  const paint = median(paints);
  const filter = median(filters);
  return [
    {
      name: `  in Chromium ${browser.version()}: elements at first`,
      value: String(elements),
      ...atMost(elements, LIMITS.elements),
    },
    {
      name: `  first contentful paint, ms (median of ${paints.length})`,
      value: paint.toFixed(0),
      ...atMost(paint, LIMITS.paintMs),
    },
    {
      name: `  filter until it is painted, ms (median of ${filters.length})`,
      value: filter.toFixed(0),
      ...atMost(filter, LIMITS.filterMs),
    },
  ];
}

/** https://www.w3.org/TR/paint-timing/ */
function firstPaintOf(page: Page): Promise<number> {
  // It may come after the page was loaded.
  return page.evaluate(`new Promise((resolve) => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntriesByName('first-contentful-paint')) resolve(entry.startTime);
    }).observe({ type: 'paint', buffered: true });
  })`);
}

/** From the input to the end of the frame that shows what it chose. */
function filterMs(page: Page, text: string): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    const search = document.getElementById('search');
    const start = performance.now();
    search.value = ${JSON.stringify(text)};
    search.dispatchEvent(new Event('input'));
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
  })`);
}
