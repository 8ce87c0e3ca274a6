import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { demoOrganization, REGIONS, SECURITY } from '../../../infra/demo/organization.ts';
import { run, signedIn } from '../../harness.ts';

const DEMO = fileURLToPath(new URL('../../../infra/demo/demo.ts', import.meta.url));

test('the demo’s organization has at least two statuses of every control', async () => {
  await signedIn(demoOrganization(), SECURITY);

  const { verdicts } = await run({ targets: { organization: true, regions: REGIONS } }, { publish: false });

  const byControl = Map.groupBy(verdicts, ({ controlId }) => controlId);
  const withOneStatus = [...byControl].filter(
    ([, verdictsOfControl]) => new Set(verdictsOfControl.map(({ status }) => status)).size < 2,
  );
  expect(byControl.size).toBe(13);
  expect(withOneStatus.map(([id]) => id)).toEqual([]);
});

test('the demo shows what each run changed, and that a run without changes sends no event', async () => {
  const environment = { PATH: process.env.PATH, NO_COLOR: '1' };

  const { stdout } = await promisify(execFile)(process.execPath, [DEMO], { env: environment });

  const [, second = '', third = ''] = stdout.split(/━━ (?:Second|Third) run/);
  expect(second).toContain('0 findings new, 3 updated');
  expect(second).toMatch(/failed\s+control-plane-logs\s+payments\s+NEW\s+→ alert/);
  expect(second).toMatch(/passed\s+endpoint-access\s+storefront\s+RESOLVED/);
  expect(second).toMatch(/archived\s+endpoint-access\s+checkout/);
  expect(third).toContain('0 findings new, 0 updated, 0 archived');
  expect(third).toContain('0 of them imports; 0 events');
});
