import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { demoOrganization, KUBERNETES, REGIONS, SECURITY, SHOP } from '../../../infra/demo/organization.ts';
import { run, signedIn } from '../../harness.ts';
import { blocksOf, readPage } from '../../pages.ts';

const DEMO = fileURLToPath(new URL('../../../infra/demo/demo.ts', import.meta.url));

const README = readPage('README.md');

let printed: string;
beforeAll(async () => {
  const environment = { PATH: process.env.PATH, NO_COLOR: '1' };
  const { stdout } = await promisify(execFile)(process.execPath, [DEMO], { env: environment });
  printed = stdout;
}, 60_000);

test('the demo’s organization has at least two statuses of every control, and a finding as in the README', async () => {
  const sandbox = await signedIn(demoOrganization(), SECURITY);

  const { verdicts } = await run({
    targets: { organization: true, regions: REGIONS },
    kubernetes: KUBERNETES,
  });

  const byControl = Map.groupBy(verdicts, ({ controlId }) => controlId);
  const withOneStatus = [...byControl].filter(
    ([, verdictsOfControl]) => new Set(verdictsOfControl.map(({ status }) => status)).size < 2,
  );
  expect(byControl.size).toBe(13);
  expect(withOneStatus.map(([id]) => id)).toEqual([]);
  const excerpt: { readonly Id: string } = JSON.parse(blocksOf(README, 'json')[0] ?? '');
  const finding = sandbox.findings(SHOP, 'eu-west-1').find(({ Id }) => Id === excerpt.Id);
  expect(finding).toMatchObject(excerpt);
});

test('every control passes and fails somewhere, and warns of no cluster that lets the auditor in', async () => {
  await signedIn(demoOrganization(), SECURITY);

  const { verdicts } = await run({
    targets: { organization: true, regions: REGIONS },
    kubernetes: KUBERNETES,
  });

  const answered = [...Map.groupBy(verdicts, ({ controlId }) => controlId)].filter(([, ofControl]) => {
    const statuses = ofControl.map(({ status }) => status);
    return statuses.includes('PASSED') && statuses.includes('FAILED');
  });
  expect(answered).toHaveLength(13);
  const ofClusters = verdicts.filter(({ resource }) =>
    ['payments', 'storefront'].includes(resource.name ?? ''),
  );
  expect(new Set(ofClusters.map(({ status }) => status))).toEqual(new Set(['PASSED', 'FAILED']));
  const ofClosed = verdicts.filter(({ resource }) => resource.name === 'ledger');
  expect(ofClosed.find(({ control }) => control === 'approved-registries')?.status).toBe('NOT_AVAILABLE');
});

test('the demo prints the lines of the report that the README shows', () => {
  const lines = printed.split('\n');
  // The first line has the version and the time.
  const [, ...shown] = (blocksOf(README, 'text')[0] ?? '').split('\n');

  expect(shown.filter((line) => line !== '…' && !lines.includes(line))).toEqual([]);
  expect(shown.length).toBeGreaterThan(30);
});

test('the demo shows what each run changed, and that a run without changes sends no event', () => {
  const [, second = '', third = ''] = printed.split(/━━ (?:Second|Third) run/);
  expect(second).toContain('0 findings new, 3 updated');
  expect(second).toMatch(/failed\s+control-plane-logs\s+payments\s+NEW\s+→ alert/);
  expect(second).toMatch(/passed\s+endpoint-access\s+storefront\s+RESOLVED/);
  expect(second).toMatch(/archived\s+endpoint-access\s+checkout/);
  expect(third).toContain('0 findings new, 0 updated, 0 archived');
  expect(third).toContain('0 of them imports; 0 events');
});
