import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../../shared/model/run.ts';
import { aTestOrganization, gapsOf, PAYMENTS, REGION, run, SECURITY, signedIn } from '../../harness.ts';
import { flattened } from '../report/builders.ts';
import { table } from '../report/table-support.ts';
import { CLOSED } from './two-accounts.ts';

/* What was asked of AWS and refused is told, also where no verdict needs it. */

const CONFIG = { controls: { include: ['private-endpoint'] } };
const ALL_REGIONS = { ...CONFIG, targets: { organization: true, accounts: [PAYMENTS] } };

function aWorld() {
  return aTestOrganization()
    .ou('ou-abcd-prod0000', { name: 'Production' })
    .account(PAYMENTS, { ou: 'ou-abcd-prod0000' }, (account) => account.cluster('prod', CLOSED));
}

/** What a run says when operations are denied. */
async function toldWithout(operations: readonly string[], config: Record<string, unknown> = CONFIG) {
  const sandbox = await signedIn(aWorld());
  for (const operation of operations) sandbox.fail({ operation, with: 'AccessDenied' });
  return run(config, { publish: false });
}

function noticesIn({ notices = [] }: RunResult): string[] {
  return notices.map(({ code, accountId, detail }) => `${code} ${accountId} ${detail}`);
}

test('a run that is refused nothing says nothing', async () => {
  for (const config of [CONFIG, ALL_REGIONS]) {
    const result = await toldWithout([], config);

    expect(result.coverage).toMatchObject({ complete: true });
    expect(result.coverage).not.toHaveProperty('gaps');
    expect(result).not.toHaveProperty('notices');
  }
});

describe('is a notice: Regions that were found out otherwise', () => {
  test('because EC2 answered in the account', async () => {
    const result = await toldWithout(['account:ListRegions'], ALL_REGIONS);

    expect(result.coverage.complete).toBe(true);
    expect(noticesIn(result)).toEqual([
      `REGIONS_NOT_LISTED ${PAYMENTS} The Regions are those that ec2:DescribeRegions answered. Why: account:ListRegions failed with AccessDeniedException.`,
    ]);
  });

  test('because EC2 answered in the account that plans', async () => {
    const targets = { organization: true, accounts: [SECURITY], regions: [REGION] };
    const result = await toldWithout(['account:ListRegions'], { ...CONFIG, targets });

    expect(noticesIn(result)).toEqual([expect.stringContaining(`REGIONS_NOT_LISTED ${SECURITY}`)]);
  });

  test.each([
    ['also of the account that plans', [PAYMENTS], [PAYMENTS, SECURITY]],
    ['once for the account that plans and is audited', [SECURITY], [SECURITY]],
  ])('because the configuration names them, %s', async (_, accounts, told) => {
    const targets = { organization: true, accounts, regions: [REGION] };
    const refused = ['account:ListRegions', 'ec2:DescribeRegions'];
    const result = await toldWithout(refused, { ...CONFIG, targets });

    expect(result.coverage.complete).toBe(true);
    expect(noticesIn(result).sort()).toEqual(
      told
        .map(
          (account) =>
            `REGIONS_NOT_LISTED ${account} The Regions of the configuration were tried without knowing whether they are enabled. Why: account:ListRegions failed with AccessDeniedException, and ec2:DescribeRegions failed with UnauthorizedOperation.`,
        )
        .sort(),
    );
  });
});

describe('is a notice: what is only shown', () => {
  test.each(['ListRoots', 'ListOrganizationalUnitsForParent', 'ListAccountsForParent'])(
    'organizational units without organizations:%s',
    async (operation) => {
      const result = await toldWithout([`organizations:${operation}`]);

      expect(result.coverage.complete).toBe(true);
      expect(noticesIn(result)).toEqual([
        `ORGANIZATION_PARTLY_READ ${SECURITY} The organizational units of accounts are not shown. Why: organizations:${operation} failed with AccessDeniedException.`,
      ]);
    },
  );

  test('who is of the organization, where an account is audited alone', async () => {
    const result = await toldWithout(['organizations:ListAccounts'], {
      ...CONFIG,
      targets: { regions: [REGION] },
    });

    expect(result.coverage.complete).toBe(true);
    expect(noticesIn(result)).toEqual([
      expect.stringMatching(/^ORGANIZATION_PARTLY_READ .*organizations:ListAccounts failed/),
    ]);
  });
});

describe('is a gap of the run: the organization’s id', () => {
  test('where no verdict needed it', async () => {
    const result = await toldWithout(['organizations:DescribeOrganization']);
    const gap = { what: 'evidence', operation: 'organizations:DescribeOrganization', accountId: SECURITY };

    expect(result.coverage).toMatchObject({ complete: false, gaps: [gap] });
    expect(flattened(table(result))).toContain('organizations:DescribeOrganization failed');
  });

  test('but not twice, where a verdict needed it', async () => {
    const condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
    const letPull = { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage', Condition: condition };
    const sandbox = await signedIn(
      aTestOrganization().account(PAYMENTS, {}, (account) =>
        account
          .cluster('prod', CLOSED)
          .repository('base', { region: REGION, policy: { Version: '2012-10-17', Statement: [letPull] } }),
      ),
    );
    sandbox.fail({ operation: 'organizations:DescribeOrganization', with: 'AccessDenied' });
    const result = await run({ controls: { include: ['ecr-access'] } }, { publish: false });

    expect(result.coverage).not.toHaveProperty('gaps');
    expect(result.coverage.complete).toBe(false);
    expect(gapsOf(result)).toMatchObject([{ operation: 'organizations:DescribeOrganization' }]);
  });
});
