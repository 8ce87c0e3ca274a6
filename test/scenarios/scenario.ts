import { describe, expect, it, vi } from 'vitest';
import { startSandbox } from '../../infra/sandbox/sandbox.ts';
import type { AccountBuilder } from '../../infra/sandbox/world.ts';
import type { Verdict } from '../../shared/model/verdict.ts';
import { aTestOrganization, PAYMENTS, REGION, run, SECURITY, SHOP, stubCredentials } from '../harness.ts';

/** A state of an account, and the verdicts expected for it. */
export interface Scenario {
  readonly fact: string;
  /** The name of the cluster or repository, where it matters; generated otherwise. */
  readonly name?: string | undefined;
  /** A line for each verdict, sorted: `PASSED RESTRICTED`, `FAILED HIGH OPEN_TO_INTERNET`; every reason code that applies, worst first. */
  readonly expected: readonly string[];
  /** Adds the state to the account. */
  add(account: AccountBuilder, name: string): unknown;
}

export function scenario(
  fact: string,
  expected: string | readonly string[],
  add: Scenario['add'],
  name?: string,
): Scenario {
  return { fact, expected: [expected].flat(), add, name };
}

/** What all scenarios of a test have in common. */
interface SharedSetup {
  readonly settings?: Record<string, unknown>;
  add?(account: AccountBuilder): unknown;
  /** Adds to another account of the organization. */
  addToSibling?(account: AccountBuilder): unknown;
}

/** Audits one account that has all of the scenarios, with one control, and tests the verdicts of each. */
export async function testScenarios(
  control: string,
  scenarios: readonly Scenario[],
  setup: SharedSetup = {},
): Promise<void> {
  const named = scenarios.map((item, index) => ({ ...item, name: item.name ?? `scenario-${index + 1}` }));
  const verdicts = await audit(control, setup, (account) => {
    for (const { add, name } of named) add(account, name);
  });
  describe(`${control} judges`, () => {
    it.each(named.map((item) => [item.fact, item] as const))('%s', (_, { name, expected }) => {
      const actual = verdicts.filter((verdict) => isAbout(verdict, name));

      expect(actual.map(summaryOf).sort(), actual.map(({ reason }) => reason).join(' ')).toEqual(expected);
    });
  });
}

async function audit(
  control: string,
  { settings = {}, add, addToSibling }: SharedSetup,
  addScenarios: (account: AccountBuilder) => void,
): Promise<readonly Verdict[]> {
  const world = aTestOrganization()
    .account(SHOP, {}, addToSibling)
    .account(PAYMENTS, {}, (account) => {
      add?.(account);
      addScenarios(account);
    });
  const sandbox = await startSandbox(world);
  stubCredentials(sandbox, SECURITY);
  const targets = { organization: true, regions: [REGION], registryAccounts: [PAYMENTS] };
  try {
    const config = { benchmark: '1.3.0', targets, settings, controls: { include: [control] } };
    return (await run(config, { publish: false })).verdicts;
  } finally {
    vi.unstubAllEnvs();
    await sandbox.close();
  }
}

function isAbout({ clusterArn, resource }: Verdict, name: string): boolean {
  return clusterArn === undefined ? resource.name === name : clusterArn.endsWith(`/${name}`);
}

function summaryOf({ status, severity, reasonCodes }: Verdict): string {
  return [status, ...(status === 'FAILED' ? [severity] : []), ...reasonCodes].join(' ');
}
