import { describe, expect, test } from 'vitest';
import type { AccountBuilder } from '../../../infra/sandbox/account-builder.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import {
  aTestOrganization,
  coverageOf,
  linesOf,
  PAYMENTS,
  REGION,
  regionOf,
  run,
  SHOP,
  signedIn,
} from '../../harness.ts';

const region = REGION;
const UNKNOWN_ACCOUNT = '999988887777';

function policyOf(Principal: unknown, Action: string | string[], more: object = {}) {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action, ...more }] };
}

function allow(Action: string | string[]) {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] };
}

/** A registry whose repositories are each in another state, and two node roles. */
function describePayments(account: AccountBuilder): void {
  account
    .cluster('orders', {
      region,
      nodegroups: [
        {
          nodegroupName: 'good',
          nodeRole: `arn:aws:iam::${PAYMENTS}:role/good`,
          amiType: 'AL2023_x86_64_STANDARD',
        },
        {
          nodegroupName: 'bad',
          nodeRole: `arn:aws:iam::${PAYMENTS}:role/bad`,
          amiType: 'AL2023_x86_64_STANDARD',
        },
      ],
    })
    .role('good', { attached: ['AWS/AmazonEKSWorkerNodePolicy', 'AWS/AmazonEC2ContainerRegistryReadOnly'] })
    .role('bad', { inline: { push: allow('ecr:PutImage') } })
    .repository('public', { region, policy: policyOf('*', 'ecr:BatchGetImage') })
    .repository('ours', {
      region,
      imageScanningConfiguration: { scanOnPush: true },
      policy: policyOf({ AWS: '*' }, 'ecr:*', {
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg' } },
      }),
    })
    .repository('lent', { region, policy: policyOf({ AWS: UNKNOWN_ACCOUNT }, 'ecr:PutImage') })
    .registry({
      region,
      pullThroughCacheRules: [{ ecrRepositoryPrefix: 'quay', upstreamRegistryUrl: 'quay.io' }],
    });
}

const REGISTRY = {
  controls: { include: ['ecr-image-scanning', 'ecr-access', 'ecr-pull-only', 'approved-registries'] },
};

function ofPayments(verdicts: readonly Verdict[]): string[] {
  return linesOf(verdicts.filter(({ scope }) => scope.accountId === PAYMENTS));
}

describe('registries', () => {
  test('are judged repository by repository, with who can write to them and what nodes can', async () => {
    await signedIn(aTestOrganization().account(PAYMENTS, {}, describePayments));

    const { verdicts } = await run(REGISTRY);

    expect(ofPayments(verdicts)).toEqual([
      '5.1.1 lent FAILED NOT_SCANNED',
      '5.1.1 ours PASSED SCAN_ON_PUSH',
      '5.1.1 public FAILED NOT_SCANNED',
      `5.1.2 AWS::::Account:${PAYMENTS} WARNING WRITERS_NOT_REVIEWED`,
      '5.1.2 lent FAILED EXTERNAL_WRITE',
      '5.1.2 ours PASSED POLICY_CONFINED',
      '5.1.2 public FAILED PUBLIC_ACCESS',
      `5.1.2 registry ${PAYMENTS} PASSED NO_POLICY`,
      '5.1.3 bad FAILED CAN_WRITE',
      '5.1.3 good PASSED READ_ONLY',
      '5.1.4 orders FAILED UNAPPROVED_UPSTREAM',
    ]);
  });

  test('that have not changed cause no import, no event and no request twice', async () => {
    const sandbox = await signedIn(aTestOrganization().account(PAYMENTS, {}, describePayments));
    const first = await run(REGISTRY);
    sandbox.clearLog();
    sandbox.clearEvents();

    const second = await run(REGISTRY);

    expect(first.changes.failed).toEqual([]);
    expect(first.changes.created).toBe(first.verdicts.length);
    expect(second.changes).toMatchObject({ created: 0, updated: 0, archived: 0 });
    expect(sandbox.calls({ operation: 'securityhub:BatchImportFindings' })).toEqual([]);
    expect(sandbox.events).toEqual([]);
    const requests = sandbox.log
      .filter(({ service }) => service === 'ecr' || service === 'iam')
      .map(({ operation, accountId, params }) => JSON.stringify([operation, accountId, params]));
    expect(new Set(requests).size).toBe(requests.length);
  });

  test('lose the findings of a repository that was deleted, and only those', async () => {
    const sandbox = await signedIn(aTestOrganization().account(PAYMENTS, {}, describePayments));
    await run(REGISTRY);
    const { data } = sandbox.account(PAYMENTS);
    data.repositories = data.repositories.filter(({ repositoryName }) => repositoryName !== 'lent');

    const { changes } = await run(REGISTRY);

    expect(changes).toMatchObject({ created: 0, updated: 0, archived: 2 });
  });

  test.each([
    ['one policy', 'ecr:GetRepositoryPolicy', '5.1.2 public NOT_AVAILABLE EVIDENCE_UNREADABLE'],
    [
      'the registry’s policy',
      'ecr:GetRegistryPolicy',
      `5.1.2 registry ${PAYMENTS} NOT_AVAILABLE EVIDENCE_UNREADABLE`,
    ],
  ])('of which %s cannot be read lose no other verdict and no finding', async (_, operation, line) => {
    const sandbox = await signedIn(aTestOrganization().account(PAYMENTS, {}, describePayments));
    const first = await run(REGISTRY);
    sandbox.fail({
      operation,
      with: 'AccessDenied',
      match: ({ repositoryName = 'public' }) => repositoryName === 'public',
    });

    const second = await run(REGISTRY);

    const before = ofPayments(first.verdicts);
    expect(ofPayments(second.verdicts).filter((verdict) => !before.includes(verdict))).toEqual([line]);
    expect(second.changes).toMatchObject({ created: 0, updated: 1, archived: 0 });
    expect(regionOf(second, PAYMENTS).gaps).toMatchObject([
      { what: 'evidence', operation, controlIds: ['5.1.2'] },
    ]);
  });

  test('whose list cannot be read keep all their findings', async () => {
    const sandbox = await signedIn(aTestOrganization().account(PAYMENTS, {}, describePayments));
    await run(REGISTRY);
    sandbox.fail({ operation: 'ecr:DescribeRepositories', with: 'AccessDenied' });

    const { changes, verdicts } = await run(REGISTRY);

    expect(changes.archived).toBe(0);
    expect(ofPayments(verdicts)).toContain(`5.1.2 registry ${PAYMENTS} PASSED NO_POLICY`);
    expect(ofPayments(verdicts)).toContain(
      `5.1.1 AWS::::Account:${PAYMENTS} NOT_AVAILABLE EVIDENCE_UNREADABLE`,
    );
  });

  test('of an account without a cluster are judged when it is named, and not otherwise', async () => {
    const world = aTestOrganization().account(SHOP, {}, (account) => account.repository('base', { region }));
    const sandbox = await signedIn(world);
    const targets = { organization: true, regions: [REGION] };

    const without = await run(REGISTRY);
    expect(without.verdicts).toEqual([]);
    expect(sandbox.log.filter(({ service }) => service === 'ecr' || service === 'iam')).toEqual([]);

    const { verdicts } = await run({ ...REGISTRY, targets: { ...targets, registryAccounts: [SHOP] } });
    expect(linesOf(verdicts)).toEqual([
      '5.1.1 base FAILED NOT_SCANNED',
      `5.1.2 AWS::::Account:${SHOP} PASSED NO_WRITERS`,
      '5.1.2 base PASSED NO_POLICY',
      `5.1.2 registry ${SHOP} PASSED NO_POLICY`,
    ]);
  });

  test('are covered although IAM is not, which is a gap of the account', async () => {
    const sandbox = await signedIn(aTestOrganization().account(PAYMENTS, {}, describePayments));
    sandbox.fail({ operation: 'iam:*', with: 'AccessDenied', accountId: PAYMENTS });

    const result = await run(REGISTRY);

    expect(ofPayments(result.verdicts)).toEqual(
      expect.arrayContaining([
        `5.1.2 AWS::::Account:${PAYMENTS} NOT_AVAILABLE EVIDENCE_UNREADABLE`,
        '5.1.2 public FAILED PUBLIC_ACCESS',
        '5.1.3 orders NOT_AVAILABLE EVIDENCE_UNREADABLE',
      ]),
    );
    expect(coverageOf(result, PAYMENTS).state).toBe('partial');
  });
});
