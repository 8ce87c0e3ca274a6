import { describe, expect, it } from 'vitest';
import { aTestOrganization, PAYMENTS, REGION, run, SECURITY, SHOP, signedIn } from '../harness.ts';

const OURS = 'o-exampleorg';

function policy(Principal: unknown, Condition: unknown = {}): string {
  const Statement = [{ Effect: 'Allow', Principal, Action: 'ecr:BatchGetImage', Condition }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

const POLICIES = {
  public: policy('*'),
  organization: policy('*', { StringEquals: { 'aws:PrincipalOrgID': OURS } }),
  sibling: policy({ AWS: SHOP }),
  own: policy({ AWS: PAYMENTS }),
  unconfinable: policy('*', { StringEquals: { 's3:ResourceAccount': PAYMENTS } }),
};

/** The verdicts on an account's repositories, where the accounts are listed and these operations are denied. */
async function verdictsWithout(...denied: readonly string[]) {
  const world = aTestOrganization()
    .account(SHOP)
    .account(PAYMENTS, {}, (account) => {
      for (const [name, text] of Object.entries(POLICIES)) {
        account.repository(name, { region: REGION, policy: text });
      }
    });
  const sandbox = await signedIn(world, SECURITY);
  for (const operation of denied) sandbox.fail({ operation, with: 'AccessDenied' });
  const targets = { accounts: [PAYMENTS], regions: [REGION], registryAccounts: [PAYMENTS] };
  const config = { targets, controls: { include: ['ecr-access'] } };
  const { verdicts } = await run(config, { publish: false });
  return Object.fromEntries(
    verdicts
      .filter(({ resource }) => resource.type === 'AwsEcrRepository')
      .map(({ resource, status, reason }) => [resource.name, { status, reason }]),
  );
}

const JUDGED = {
  public: { status: 'FAILED' },
  organization: { status: 'PASSED' },
  sibling: { status: 'PASSED' },
  own: { status: 'PASSED' },
  unconfinable: { status: 'PASSED' },
};

describe('listed accounts of an organization', () => {
  it('are judged by what is known of it', async () => {
    expect(await verdictsWithout()).toMatchObject(JUDGED);
  });

  it.each([
    ['organizations:DescribeOrganization', 'organization'],
    ['organizations:ListAccounts', 'sibling'],
  ])('without %s leave only what depends on it unjudged, by its name', async (operation, undecided) => {
    expect(await verdictsWithout(operation)).toMatchObject({
      ...JUDGED,
      [undecided]: {
        status: 'NOT_AVAILABLE',
        reason: expect.stringContaining(`${operation} failed with AccessDenied`),
      },
    });
  });

  it('without either leave both unjudged', async () => {
    expect(
      await verdictsWithout('organizations:DescribeOrganization', 'organizations:ListAccounts'),
    ).toMatchObject({
      ...JUDGED,
      organization: { status: 'NOT_AVAILABLE' },
      sibling: { status: 'NOT_AVAILABLE' },
    });
  });
});
