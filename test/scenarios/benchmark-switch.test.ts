import { expect, test } from 'vitest';
import type { Sandbox } from '../../infra/sandbox/sandbox.ts';
import type { Benchmark } from '../../shared/model/benchmarks.ts';
import { LOG_TYPES } from '../../shared/model/control-settings.ts';
import { aTestOrganization, PAYMENTS, REGION, run, signedIn } from '../harness.ts';

const AUDIT_ONLY = { clusterLogging: [{ types: ['audit' as const], enabled: true }] };
const ALL_TYPES = [...LOG_TYPES];

/** A cluster that 2.0.0 judges like 1.5.0, and one whose logs and authentication mode it judges differently. */
async function anAuditedOrganization(): Promise<Sandbox> {
  const sandbox = await signedIn(
    aTestOrganization().account(PAYMENTS, {}, (account) => {
      account
        .cluster('orders', {
          region: REGION,
          logging: { clusterLogging: [{ types: ALL_TYPES, enabled: true }] },
          accessConfig: { authenticationMode: 'API' },
        })
        .cluster('legacy', {
          region: REGION,
          logging: AUDIT_ONLY,
          accessConfig: { authenticationMode: 'CONFIG_MAP' },
        });
    }),
  );
  await audit('1.5.0');
  sandbox.clearEvents();
  return sandbox;
}

function audit(benchmark: Benchmark) {
  return run({ benchmark });
}

/** What the alert rules look at, of every import since the last audit. */
function importsOf(sandbox: Sandbox) {
  const imports = sandbox.events.map(({ detail }) => {
    const [{ Id, ProductFields }] = detail.findings;
    return { id: String(Id), event: ProductFields?.['eks-auditor/event'] };
  });
  sandbox.clearEvents();
  return imports;
}

/** A finding whose workflow is resolved after its import has two events. */
function endsOf(imports: ReturnType<typeof importsOf>, event: string): string[] {
  const ids = new Set(imports.filter((sent) => sent.event === event).map(({ id }) => id));
  return [...ids].map((id) => id.replace(/^.*:cluster\//, '')).sort();
}

test('a switch to 2.0.0 and back relabels findings, and alerts only where the judgement differs', async () => {
  const sandbox = await anAuditedOrganization();

  const there = await audit('2.0.0');
  const thereImports = importsOf(sandbox);
  const back = await audit('1.5.0');
  const backImports = importsOf(sandbox);

  for (const { changes } of [there, back]) {
    expect(changes).toMatchObject({ created: 0, archived: 0, unchanged: 0, failed: [] });
  }
  const differing = ['legacy/eks-auditor/control-plane-logs', 'legacy/eks-auditor/iam-access'];
  expect(endsOf(thereImports, 'changed')).toEqual(differing);
  expect(endsOf(backImports, 'changed')).toEqual(differing);
  const others = there.verdicts.length - differing.length;
  expect(endsOf(thereImports, 'relabelled')).toHaveLength(others);
  expect(endsOf(backImports, 'relabelled')).toHaveLength(others);
  expect(there.verdicts.map(({ control }) => control).sort()).toEqual(
    back.verdicts.map(({ control }) => control).sort(),
  );
});

test('a second audit of the same version sends nothing', async () => {
  const sandbox = await anAuditedOrganization();

  await audit('1.5.0');

  expect(importsOf(sandbox)).toEqual([]);
});
