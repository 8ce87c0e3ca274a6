import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { largeResult } from '../../infra/bench/large-result.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { aRun, aVerdict } from '../shared/report/builders.ts';
import { hostileRun } from '../shared/report/hostile-run.ts';
import { describeInBrowser, scrollThrough, WIDTHS } from './pages.ts';

const RUNS: Readonly<Record<string, RunResult>> = {
  large: largeResult(100),
  'right to left': hostileRun('\u202eمدفوعات\u202c <script>alert(1)</script>'),
  'long words': hostileRun('W'.repeat(300)),
  empty: aRun({ accounts: [] }),
};

describeInBrowser('at every width', (open) => {
  for (const [name, run] of Object.entries(RUNS))
    it.each(WIDTHS)(`nothing scrolls sideways: ${name}, %i px`, async (width) => {
      const page = await open(run, { viewport: { width, height: 844 } });
      await scrollThrough(page);

      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    });
});

describeInBrowser('for everybody', (open) => {
  for (const width of WIDTHS)
    it.each(['light', 'dark'] as const)(`axe-core finds nothing: ${width} px, %s`, async (colorScheme) => {
      const page = await open(largeResult(20), { viewport: { width, height: 844 }, colorScheme });
      await scrollThrough(page);
      expect(await violationsOf(page)).toEqual([]);

      await page.locator('#clusters td.cell button').first().click();
      expect(await violationsOf(page)).toEqual([]);
    });

  it('the focus stays where something was chosen, taken out or copied by the keyboard', async () => {
    const page = await open(largeResult(20));
    const press = async (button: Locator) => {
      await button.focus();
      await page.keyboard.press('Enter');
    };
    const focused = () => page.evaluate(() => document.activeElement?.closest('#app')?.id);

    await press(page.locator('a.tile.HIGH'));
    await expect.poll(focused).toBe('app');
    await page.getByRole('combobox', { name: 'Region' }).selectOption({ index: 1 });
    await press(page.locator('.chips.chosen button').first());
    expect(await focused()).toBe('app');
    await press(page.getByRole('button', { name: 'Clear' }));
    expect(await focused()).toBe('app');
    const copy = page.getByRole('button', { name: 'Copy as CSV' });
    await press(copy);
    await press(page.getByRole('button', { name: 'Copied' }));
    await copy.waitFor();
    expect(await focused()).toBe('app');
  });

  it('the first Tab leads past the first screen', async () => {
    const page = await open(largeResult(20));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');

    expect(await page.evaluate(() => location.hash)).toBe('#findings');
  });
});

describeInBrowser('what others write', (open) => {
  it.each(['<script>document.title = "x"</script>', '<img src=x onerror=alert(1)>', '=cmd|calc'])(
    'is just a name: %s',
    async (cluster) => {
      const page = await open(aRun({ verdicts: [aVerdict({ cluster })] }));
      await page.locator('#clusters').scrollIntoViewIfNeeded();

      expect(await page.locator('.control .rows bdi.strong').innerText()).toBe(cluster);
      expect(await page.locator('.matrix tbody th bdi').first().innerText()).toBe(cluster);
      expect(await page.locator('script').count()).toBe(2);
      expect(await page.title()).toMatch(/^EKS Auditor/);
    },
  );

  it('does not run as a script even where it becomes one', async () => {
    const page = await open(aRun({ verdicts: [aVerdict()] }), { mayComplain: true });
    const outcome = await page.evaluate(async () => {
      const violations: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) =>
        violations.push(event.violatedDirective),
      );
      const script = document.createElement('script');
      script.textContent = 'document.title = "run"';
      const styled = document.createElement('p');
      styled.setAttribute('style', 'text-align: right');
      document.body.append(script, styled);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { violations, title: document.title, align: getComputedStyle(styled).textAlign };
    });

    expect(outcome.violations.toSorted()).toEqual(['script-src-elem', 'style-src-attr']);
    expect(outcome.title).toMatch(/^EKS Auditor/);
    expect(outcome.align).toBe('start');
  });
});

describeInBrowser('without its script', (open) => {
  it('the report has totals, failures by control, what was not seen and 200 failed resources', async () => {
    const page = await open(largeResult(1_000), { javaScriptEnabled: false });

    const text = await page.locator('body').innerText();
    expect(text).toMatch(/590 of 1,000\s+clusters with findings that are HIGH or worse/);
    expect(text).toMatch(/Failures by control/);
    expect(text).toMatch(/5\s+of 205 accounts not audited/);
    expect(await page.locator('#findings tbody tr').count()).toBe(200);
    expect(await page.locator('#findings tbody tr').first().isVisible()).toBe(true);
  });
});

describeInBrowser('on paper', (open) => {
  it('the first page is the first screen, and 1,000 clusters take about eight', async () => {
    const page = await open(largeResult(1_000));
    const pdf = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1');

    expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeLessThanOrEqual(9);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.filter').isVisible()).toBe(false);
    await page.setViewportSize({ width: 718, height: 1_000 });
    const tops = await page
      .locator('#summary .tiles:not(.small) .tile')
      .evaluateAll((tiles) => tiles.map((tile) => tile.getBoundingClientRect().top));
    expect(new Set(tops).size).toBe(1);
    expect(await page.locator('#summary').evaluate((section) => getComputedStyle(section).breakAfter)).toBe(
      'page',
    );
  });
});

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe-core finds that is wrong, in short. */
async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(await readFile(AXE, 'utf8'));
  const results = await page.evaluate<AxeResults>('axe.run()');
  return results.violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html}`);
}
