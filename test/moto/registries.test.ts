import { ECRClient, PutRegistryPolicyCommand } from '@aws-sdk/client-ecr';
import { DescribeOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { beforeEach, describe, expect, test } from 'vitest';
import { gapsOf, linesOf, REGION } from '../harness.ts';
import { aMember, freshMoto, management, required, run } from './account.ts';
import { aRepository, aSharedRepository, PULL, scan } from './ecr.ts';
import { anAccountWithCluster } from './eks.ts';
import { policy } from './iam.ts';

beforeEach(freshMoto);

const STRANGER = '999999999999';

describe('repositories in moto', () => {
  test('are scanned by the rules of their registry, or on push', async () => {
    const account = await anAccountWithCluster();
    await Promise.all([
      aRepository(account, 'app/api'),
      aRepository(account, 'tools/lint', { scanOnPush: true }),
      aRepository(account, 'scratch'),
    ]);
    await scan(account, 'BASIC', 'SCAN_ON_PUSH', 'app/*');

    const { verdicts } = await run(['ecr-image-scanning']);

    expect(linesOf(verdicts)).toEqual([
      '5.1.1 app/api PASSED SCAN_ON_PUSH',
      '5.1.1 scratch FAILED NOT_SCANNED',
      '5.1.1 tools/lint PASSED SCAN_ON_PUSH',
    ]);
  });

  test('of an enhanced registry are scanned by its rules alone', async () => {
    const account = await anAccountWithCluster();
    await Promise.all([aRepository(account, 'app/api'), aRepository(account, 'old', { scanOnPush: true })]);
    await scan(account, 'ENHANCED', 'CONTINUOUS_SCAN', 'app/*');

    const { verdicts } = await run(['ecr-image-scanning']);

    expect(linesOf(verdicts)).toEqual([
      '5.1.1 app/api PASSED CONTINUOUS_SCAN',
      '5.1.1 old FAILED NOT_SCANNED',
    ]);
  });

  test('are judged when there are more than a request may name', async () => {
    const account = await anAccountWithCluster();
    await Promise.all(Array.from({ length: 26 }, (_, index) => aRepository(account, `repository-${index}`)));

    const { verdicts } = await run(['ecr-image-scanning']);

    expect(verdicts).toHaveLength(26);
    expect(new Set(verdicts.map(({ reasonCode }) => reasonCode))).toEqual(new Set(['NOT_SCANNED']));
  });

  test('may be none', async () => {
    const account = await anAccountWithCluster();

    const { verdicts } = await run(['ecr-image-scanning']);

    expect(linesOf(verdicts)).toEqual([`5.1.1 AWS::::Account:${account.id} PASSED NO_REPOSITORIES`]);
  });

  test('are accessible to those whom their policies allow', async () => {
    const account = await anAccountWithCluster();
    const sibling = await aMember('shop');
    const inOrganization = { StringEquals: { 'aws:PrincipalOrgID': await organizationId() } };
    await Promise.all([
      aRepository(account, 'closed'),
      aSharedRepository(account, 'confined', { Principal: '*', Condition: inOrganization }),
      aSharedRepository(account, 'public', { Principal: '*' }),
      aSharedRepository(account, 'public-write', { Principal: { AWS: '*' }, Action: 'ecr:*' }),
      aSharedRepository(account, 'sibling', { Principal: { AWS: root(sibling.id) } }),
      aSharedRepository(account, 'stranger', { Principal: { AWS: STRANGER } }),
      aSharedRepository(account, 'stranger-write', {
        Principal: { AWS: root(STRANGER) },
        Action: ['ecr:PutImage', ...PULL],
      }),
    ]);

    const { verdicts } = await run(['ecr-access']);

    const ofRepositories = verdicts.filter(({ resource }) => resource.type === 'AwsEcrRepository');
    expect(linesOf(ofRepositories)).toEqual([
      '5.1.2 closed PASSED NO_POLICY',
      '5.1.2 confined PASSED POLICY_CONFINED',
      '5.1.2 public FAILED PUBLIC_ACCESS',
      '5.1.2 public-write FAILED PUBLIC_ACCESS',
      '5.1.2 sibling PASSED POLICY_CONFINED',
      '5.1.2 stranger FAILED EXTERNAL_READ',
      '5.1.2 stranger-write FAILED EXTERNAL_WRITE',
    ]);
    const severities = Object.fromEntries(
      ofRepositories.map(({ resource, severity }) => [resource.name, severity]),
    );
    expect(severities).toMatchObject({ public: 'HIGH', 'public-write': 'CRITICAL', stranger: 'MEDIUM' });
  });

  test('are accessible to those whom the policy of their registry allows', async () => {
    const [open, closed] = [await anAccountWithCluster('open'), await anAccountWithCluster('closed')];
    const policyText = policy({
      Effect: 'Allow',
      Principal: { AWS: root(STRANGER) },
      Action: ['ecr:ReplicateImage', 'ecr:CreateRepository'],
      Resource: `arn:aws:ecr:${REGION}:${open.id}:repository/*`,
    });
    await open.client(ECRClient).send(new PutRegistryPolicyCommand({ policyText }));

    const { verdicts } = await run(['ecr-access']);

    const lines = linesOf(verdicts);
    expect(lines).toContain(`5.1.2 registry ${open.id} FAILED EXTERNAL_WRITE`);
    expect(lines).toContain(`5.1.2 registry ${closed.id} PASSED NO_POLICY`);
  });

  test('may be filled from anywhere, as moto has no pull-through cache rules to read', async () => {
    await anAccountWithCluster();

    const result = await run(['approved-registries']);

    expect(linesOf(result.verdicts)).toEqual(['5.1.4 prod NOT_AVAILABLE EVIDENCE_UNREADABLE']);
    expect(result.verdicts[0]?.reason).toContain(
      'the answer to ecr:DescribePullThroughCacheRules does not suffice',
    );
    expect(gapsOf(result)).toMatchObject([
      { operation: 'ecr:DescribePullThroughCacheRules', controlIds: ['5.1.4'] },
    ]);
  });
});

function root(accountId: string): string {
  return `arn:aws:iam::${accountId}:root`;
}

async function organizationId(): Promise<string> {
  const answer = await management.client(OrganizationsClient).send(new DescribeOrganizationCommand({}));
  return required(answer.Organization?.Id);
}
