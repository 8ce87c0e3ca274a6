import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { largeResult } from '../../infra/bench/large-result.ts';
import { renderCsv } from '../../shared/report/csv.ts';
import { anAccount, aRun, aVerdict } from '../shared/report/builders.ts';
import { describeInBrowser, type OpenReport } from './pages.ts';

const EXCEPTION = { id: 'legacy', reason: 'Vendor', owner: 'team', expires: '2027-03-31' };
const SMALL = aRun({
  verdicts: [
    aVerdict({ cluster: 'payments' }),
    aVerdict({ cluster: 'orders', region: 'us-east-1', severity: 'MEDIUM' }),
    aVerdict({ cluster: 'orders', region: 'us-east-1', status: 'WARNING', exception: EXCEPTION }),
    aVerdict({ cluster: '=cmd', accountId: '222222222222', status: 'PASSED' }),
  ],
  accounts: [
    anAccount({ name: 'shop', organizationalUnits: [{ id: 'ou-1', name: 'Production' }] }),
    anAccount({ accountId: '222222222222', name: 'lab' }),
  ],
});

const countOf = (page: Page) => page.locator('#count').innerText();
const hashOf = (page: Page) => page.evaluate(() => location.hash);

async function inMatrix(open: OpenReport): Promise<{ page: Page; cell: Locator }> {
  const page = await open(SMALL);
  await page.locator('#clusters').scrollIntoViewIfNeeded();
  return { page, cell: page.getByRole('button', { name: 'payments, 5.4.1: HIGH' }) };
}

describeInBrowser('a large report', (open) => {
  const large = largeResult(1_000);

  it('has few elements at first, and draws rows of the matrix as they are seen', async () => {
    const page = await open(large);
    expect(await page.locator('*').count()).toBeLessThanOrEqual(5_000);

    const rows = page.locator('.matrix tbody tr');
    await page.locator('#clusters').scrollIntoViewIfNeeded();
    await rows.first().waitFor();
    expect(await rows.count()).toBe(40);
    await rows.last().scrollIntoViewIfNeeded();
    await rows.nth(60).waitFor({ state: 'attached' });
  });

  it('counts what is chosen of all', async () => {
    const page = await open(large);
    expect(await countOf(page)).toBe('15,000 of 15,000');

    await page.getByRole('link', { name: 'clusters with findings that are HIGH or worse' }).click();
    await expect.poll(() => countOf(page)).toBe('1,200 of 15,000');
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await countOf(page)).toBe('15,000 of 15,000');
  });

  it('keeps the head and the first column of the matrix in sight', async () => {
    const page = await open(large, { viewport: { width: 480, height: 700 } });
    await page.locator('#clusters').scrollIntoViewIfNeeded();
    await page.locator('.matrix tbody tr').nth(30).waitFor({ state: 'attached' });

    const corners = await page.locator('.matrix').evaluate((matrix) => {
      const scroll = matrix.parentElement as HTMLElement;
      scroll.scrollTo(100, 400);
      const box = scroll.getBoundingClientRect();
      const edges = (selector: string) => matrix.querySelector(selector)?.getBoundingClientRect();
      return {
        top: (edges('thead th:nth-child(5)')?.top ?? 0) - box.top,
        left: (edges('tbody tr:nth-child(20) th')?.left ?? 0) - box.left,
        scrolled: [scroll.scrollLeft, scroll.scrollTop],
      };
    });

    expect(corners.scrolled).toEqual([100, 400]);
    expect(corners.top).toBeLessThan(3);
    expect(corners.left).toBeLessThan(3);
  });
});

describeInBrowser('the filter', (open) => {
  it('chooses by words, severity, status, account, Region and OU, and keeps it in the address', async () => {
    const page = await open(SMALL);

    await page.getByRole('searchbox').fill('orders');
    expect(await countOf(page)).toBe('2 of 4');
    await page.getByRole('button', { name: 'MEDIUM', exact: true }).click();
    expect(await countOf(page)).toBe('1 of 4');
    expect(await hashOf(page)).toBe('#severity=MEDIUM&q=orders');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'EXCEPTED', exact: true }).click();
    expect(await countOf(page)).toBe('1 of 4');
    await page.getByRole('button', { name: 'EXCEPTED', exact: true }).click();
    await page.getByRole('combobox', { name: 'Account' }).selectOption('222222222222');
    expect(await countOf(page)).toBe('1 of 4');
    await page.getByRole('button', { name: 'Remove account 222222222222' }).click();
    await page.getByRole('combobox', { name: 'Region' }).selectOption('eu-west-1');
    expect(await countOf(page)).toBe('2 of 4');
    await page.getByRole('combobox', { name: 'OU', exact: true }).selectOption('Production (ou-1)');
    expect(await countOf(page)).toBe('1 of 4');
    expect(await hashOf(page)).toBe('#region=eu-west-1&ou=Production+%28ou-1%29');
  });

  it('is as it was where the address is opened again', async () => {
    const page = await open(SMALL, { address: '#status=FAILED&q=payments' });

    expect(await countOf(page)).toBe('1 of 4');
    expect(await page.getByRole('searchbox').inputValue()).toBe('payments');
    expect(await page.getByRole('button', { name: 'FAILED', exact: true }).getAttribute('aria-pressed')).toBe(
      'true',
    );
  });

  it('stays in the address when a section is looked at', async () => {
    const page = await open(SMALL, { address: '#status=FAILED' });
    await page.getByRole('link', { name: 'Coverage' }).click();

    await expect.poll(() => hashOf(page)).toBe('#status=FAILED');
    expect(
      await page.locator('#coverage').evaluate((section) => section.getBoundingClientRect().top),
    ).toBeLessThan(900);
  });

  it('is as it was on the way back, and forward again', async () => {
    const page = await open(SMALL);
    const chosen = async () => [await hashOf(page), await countOf(page)];
    await page.getByRole('link', { name: 'Coverage' }).click();
    await page.locator('a.tile.HIGH').click();
    await expect.poll(chosen).toEqual(['#severity=HIGH&status=FAILED', '1 of 4']);
    await page.getByRole('button', { name: 'MEDIUM', exact: true }).click();
    await page.getByRole('searchbox').pressSequentially('orders');
    const words = ['#severity=HIGH&severity=MEDIUM&status=FAILED&q=orders', '1 of 4'];
    await expect.poll(chosen).toEqual(words);

    await page.goBack();
    await expect.poll(chosen).toEqual(['#severity=HIGH&severity=MEDIUM&status=FAILED', '2 of 4']);
    await page.goBack();
    await expect.poll(chosen).toEqual(['#severity=HIGH&status=FAILED', '1 of 4']);
    await page.goBack();
    await expect.poll(chosen).toEqual(['#coverage', '4 of 4']);
    await page.goBack();
    await expect.poll(chosen).toEqual(['', '4 of 4']);
    await page.goForward();
    await page.goForward();
    await page.goForward();
    await page.goForward();
    await expect.poll(chosen).toEqual(words);
    expect(await page.getByRole('searchbox').inputValue()).toBe('orders');
  });

  it('tells controls apart that share a key', async () => {
    const shared = { control: 'ecr-access', controlId: '5.1.2' } as const;
    const verdicts = [aVerdict({ ...shared, level: 'account' }), aVerdict({ ...shared, level: 'region' })];
    const page = await open(aRun({ verdicts }));

    for (const name of ['Only reviewed roles can write to ECR', /^Access to images in ECR/]) {
      await page.locator('#controls').getByRole('link', { name }).click();
      await expect.poll(() => countOf(page)).toBe('1 of 2');
    }
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('combobox', { name: 'Control' }).selectOption('ecr-access-region');
    expect(await countOf(page)).toBe('1 of 2');
  });

  it('says so when nothing matches', async () => {
    const page = await open(SMALL);
    await page.getByRole('searchbox').fill('no such cluster');

    expect(await page.locator('#findings').innerText()).toContain('No verdict matches.');
  });

  it('copies what is chosen as CSV', async () => {
    const page = await open(SMALL, {
      address: '#status=PASSED',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.getByRole('button', { name: 'Copy as CSV' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();

    const [head, row, end] = (await page.evaluate(() => navigator.clipboard.readText())).split(/\r?\n/);
    expect(renderCsv(SMALL)).toContain(`${head}\r\n`);
    expect(renderCsv(SMALL)).toContain(`${row}\r\n`);
    expect(row).toContain("'=cmd");
    expect(end).toBe('');
  });
});

describeInBrowser('a cell of the matrix', (open) => {
  it('opens its finding with evidence, fix and a link to the console, and gets the focus back', async () => {
    const { page, cell } = await inMatrix(open);

    await cell.click();
    const dialog = page.getByRole('dialog');
    const text = await dialog.innerText();
    expect(text).toContain('arn:aws:eks:eu-west-1:111111111111:cluster/payments');
    expect(text).toContain('publicAccessCidrs');
    expect(text).toMatch(/aws eks update-cluster-config --name payments .*--region eu-west-1/);
    expect(await dialog.getByRole('link', { name: 'Open in the AWS console' }).getAttribute('href')).toBe(
      'https://eu-west-1.console.aws.amazon.com/eks/clusters/payments?region=eu-west-1',
    );

    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await cell.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  it('is reached by arrow keys, and opened by Enter', async () => {
    const { page, cell } = await inMatrix(open);

    await cell.focus();
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'orders, 5.4.1: MEDIUM',
    );
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog').innerText()).toContain('exception legacy of team until 2027-03-31');
  });
});

describeInBrowser('a command of a card', (open) => {
  it('has the names filled in, and is copied', async () => {
    const page = await open(SMALL, { permissions: ['clipboard-read', 'clipboard-write'] });
    const command = page.locator('.command').first();
    const shown = await command.locator('code').innerText();
    await command.getByRole('button', { name: 'Copy', exact: true }).click();
    await command.getByRole('button', { name: 'Copied' }).waitFor();

    expect(shown).toContain('--name payments');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(shown);
  });

  it('tells a reason once that is the same but for names', async () => {
    const page = await open(
      aRun({
        verdicts: ['payments', 'orders'].map((cluster) =>
          aVerdict({ cluster, reason: `The role ${cluster}-nodes may do anything.` }),
        ),
      }),
    );

    const summaries = await page.locator('.control summary').allInnerTexts();
    expect(summaries).toHaveLength(1);
    expect(summaries[0]).toContain('The role <cluster>-nodes may do anything. 2 resources');
  });
});
