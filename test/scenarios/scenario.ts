import { describe, expect, it, vi } from 'vitest';
import { startSandbox } from '../../infra/sandbox/sandbox.ts';
import type { AccountBuilder } from '../../infra/sandbox/world.ts';
import type { Verdict } from '../../shared/model/verdict.ts';
import { aTestOrganization, PAYMENTS, REGION, run, SECURITY, SHOP, stubCredentials } from '../harness.ts';

/** One thing that is so in an account, and what is to be said of it. */
export interface Scenario {
  readonly fact: string;
  /** The cluster's or repository's, where it matters; made up otherwise. */
  readonly name?: string | undefined;
  /** One a verdict, sorted: `PASSED RESTRICTED`, `FAILED HIGH OPEN_TO_INTERNET`; every row that applies, worst first. */
  readonly expected: readonly string[];
  /** Adds it to the account under its name. */
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

/** What all scenarios of a world have in common. */
interface Around {
  readonly settings?: Record<string, unknown>;
  add?(account: AccountBuilder): unknown;
  /** What another account of the organization has. */
  addToSibling?(account: AccountBuilder): unknown;
}

/** Audits one account that has all of the scenarios, with one control, and tests what is said of each. */
export async function testScenarios(
  control: string,
  scenarios: readonly Scenario[],
  around: Around = {},
): Promise<void> {
  const named = scenarios.map((one, index) => ({ ...one, name: one.name ?? `scenario-${index + 1}` }));
  const verdicts = await audit(control, around, (account) => {
    for (const { add, name } of named) add(account, name);
  });
  describe(`${control} says of`, () => {
    it.each(named.map((one) => [one.fact, one] as const))('%s', (_, { name, expected }) => {
      const said = verdicts.filter((one) => isAbout(one, name));

      expect(said.map(summaryOf).sort(), said.map(({ reason }) => reason).join(' ')).toEqual(expected);
    });
  });
}

async function audit(
  control: string,
  { settings = {}, add, addToSibling }: Around,
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
