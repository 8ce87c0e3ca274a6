import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../infra/sandbox/sandbox.ts';
import { callerAccount } from '../../../shared/aws/caller.ts';
import { sharedConnections } from '../../../shared/aws/connections.ts';
import { requestOptionsOf } from '../../../shared/aws/request-options.ts';
import { parseConfig } from '../../../shared/config/config.ts';
import type { Plan } from '../../../shared/model/run.ts';
import { newRun } from '../../../shared/plan/new-run.ts';
import { type PlanDependencies, plan } from '../../../shared/plan/plan.ts';
import { aTestOrganization, MANAGEMENT, PAYMENTS, REGION, SECURITY, SHOP, signedIn } from '../../harness.ts';

async function planOf(
  targets: Record<string, unknown> = {},
  differing: Partial<PlanDependencies> = {},
): Promise<Plan> {
  const config = parseConfig({ targets: { organization: true, ...targets }, limits: { maxAttempts: 1 } });
  const requests = requestOptionsOf(config);
  const caller = await callerAccount(REGION, sharedConnections(requests), requests);
  const dependencies = { caller, region: REGION, config, timeIsLeft: () => true, ...differing };
  return plan(newRun(config, true, new Date('2026-01-02T03:04:05Z')), dependencies);
}

/** The accounts of a plan by whether their Regions are known. */
function accountsOf({ targets }: Plan) {
  const ids = (known: boolean) =>
    targets
      .filter(({ regions }) => (regions !== undefined) === known)
      .map(({ accountId }) => accountId)
      .sort();
  return { known: ids(true), unknown: ids(false) };
}

/** The member accounts whose Regions were asked for. */
function askedFor(sandbox: Sandbox): unknown[] {
  const calls = sandbox.calls({ operation: 'account:ListRegions' });
  return calls.flatMap(({ params }) => params.AccountId ?? []);
}

/** More than are asked for at the same time. */
const MEMBERS = Array.from({ length: 12 }, (_, index) => String(500_000_000_000 + index));

function worldOf(members: readonly string[]) {
  return members.reduce((builder, accountId) => builder.account(accountId), aTestOrganization());
}

function isOfMember({ AccountId }: Readonly<Record<string, unknown>>): boolean {
  return AccountId !== undefined;
}

describe('the Regions of other accounts', () => {
  test('are left to its audit when the planner is throttled, and those of the others are listed', async () => {
    const sandbox = await signedIn(worldOf([PAYMENTS, SHOP]));
    const match = ({ AccountId }: Readonly<Record<string, unknown>>) => AccountId === PAYMENTS;
    sandbox.fail({ operation: 'account:ListRegions', with: 'Throttling', match });

    const planned = await planOf();

    expect(accountsOf(planned)).toEqual({ known: [MANAGEMENT, SECURITY, SHOP], unknown: [PAYMENTS] });
  });

  test('are still asked for after AWS failed to list those of some', async () => {
    const sandbox = await signedIn(worldOf(MEMBERS));
    sandbox.fail({ operation: 'account:ListRegions', with: 'ServerError', times: 6, match: isOfMember });

    const planned = await planOf({ accounts: MEMBERS });

    expect(accountsOf(planned).unknown).toHaveLength(6);
    expect(askedFor(sandbox)).toHaveLength(12);
  });

  test('are not asked for again once they were denied', async () => {
    const sandbox = await signedIn(worldOf(MEMBERS));
    sandbox.fail({ operation: 'account:ListRegions', with: 'AccessDenied', match: isOfMember });

    const planned = await planOf({ accounts: MEMBERS });

    expect(accountsOf(planned)).toEqual({ known: [], unknown: MEMBERS });
    // Those that were under way at the same time.
    expect(askedFor(sandbox)).toHaveLength(5);
  });

  test('are left to their audits when time runs out, except the planner’s own', async () => {
    const sandbox = await signedIn(worldOf([PAYMENTS, SHOP]));

    const planned = await planOf({}, { timeIsLeft: () => false });

    expect(accountsOf(planned)).toEqual({ known: [SECURITY], unknown: [MANAGEMENT, PAYMENTS, SHOP] });
    expect(askedFor(sandbox)).toEqual([]);
  });

  test('are listed until time runs out', async () => {
    const sandbox = await signedIn(worldOf([PAYMENTS, SHOP]));
    let left = 2;
    const timeIsLeft = () => {
      left -= 1;
      return left >= 0;
    };

    const planned = await planOf({}, { timeIsLeft });

    expect(accountsOf(planned).unknown).toHaveLength(1);
    expect(askedFor(sandbox)).toHaveLength(2);
  });

  test('may be none, where all that are enabled are excluded', async () => {
    await signedIn(aTestOrganization().account(SHOP, { regions: { enabled: [REGION] } }));

    const planned = await planOf({ accounts: [SHOP], excludeRegions: [REGION] });

    expect(planned.targets).toMatchObject([{ accountId: SHOP, regions: [] }]);
  });
});
