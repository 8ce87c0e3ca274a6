import { describe, expect, test, vi } from 'vitest';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import type { RunResult } from '../../../shared/model/run.ts';
import { MANAGEMENT, PAYMENTS, run, SECURITY, signedIn } from '../../harness.ts';

const EUROPE = 'eusc-de-east-1';
const ENDPOINTS = { controls: { include: ['endpoint-access'] } };

/** An organization of the European Sovereign Cloud, and a caller in it. */
async function inSovereignCloud(region = EUROPE) {
  const world = anOrganization({
    partition: 'aws-eusc',
    managementAccountId: MANAGEMENT,
    delegatedAdministrators: [SECURITY],
  }).account(PAYMENTS, { name: 'payments' }, (account) => account.cluster('prod', { region: EUROPE }));
  const sandbox = await signedIn(world);
  vi.stubEnv('AWS_REGION', region);
  return sandbox;
}

function scopesOf({ accounts }: RunResult['coverage']): string[] {
  return accounts.flatMap(({ accountId, regions }) => regions.map(({ region }) => `${accountId} ${region}`));
}

describe('an organization of the European Sovereign Cloud', () => {
  test('is audited, and everything is named in its partition', async () => {
    const sandbox = await inSovereignCloud();

    const { coverage, verdicts } = await run({ targets: { organization: true }, ...ENDPOINTS });

    expect(scopesOf(coverage)).toContain(`${PAYMENTS} ${EUROPE}`);
    expect(verdicts.map(({ resource }) => resource.id)).toEqual([
      `arn:aws-eusc:eks:${EUROPE}:${PAYMENTS}:cluster/prod`,
    ]);
    expect(sandbox.findings(PAYMENTS, EUROPE)[0]?.ProductArn).toBe(
      `arn:aws-eusc:securityhub:${EUROPE}:${PAYMENTS}:product/${PAYMENTS}/default`,
    );
    expect(new Set(sandbox.log.map(({ region }) => region))).toEqual(new Set([EUROPE]));
  });

  test.each(['NotFound', 'ConnectionReset'] as const)(
    'is audited by the Regions of EC2 when Account Management answers with %s, as where it does not exist',
    async (fault) => {
      const sandbox = await inSovereignCloud();
      sandbox.fail({ operation: 'account:*', with: fault });

      const { coverage, verdicts } = await run({ targets: { organization: true }, ...ENDPOINTS });

      expect(scopesOf(coverage)).toContain(`${PAYMENTS} ${EUROPE}`);
      expect(verdicts).toHaveLength(1);
    },
  );
});

test('a Region of the environment in an isolated partition that is not known gets no request', async () => {
  const sandbox = await inSovereignCloud('us-isox-east-1');

  await expect(run({ targets: { organization: true }, ...ENDPOINTS })).rejects.toThrow(
    'The Region of the environment, us-isox-east-1, is in an isolated partition that is not known.',
  );
  expect(sandbox.log).toEqual([]);
});

describe('Regions of the configuration in another partition than the environment', () => {
  test.each([
    [{ targets: { organization: true, regions: ['eu-central-1'] } }, 'targets.regions: eu-central-1'],
    [
      { targets: { organization: true, excludeRegions: ['cn-north-1'] } },
      'targets.excludeRegions: cn-north-1',
    ],
    [{ targets: { organization: true }, homeRegion: 'us-gov-west-1' }, 'homeRegion: us-gov-west-1'],
  ])('are an error before anything is called: %o', async (config, problem) => {
    const sandbox = await inSovereignCloud();

    await expect(run(config)).rejects.toThrow(
      new RegExp(
        `^${problem} is in the partition aws\\S*\\. Available: Regions of aws-eusc, such as ${EUROPE}, because the Region of the environment is ${EUROPE}$`,
      ),
    );
    expect(sandbox.log).toEqual([]);
  });

  test('do not go unnoticed when the Region of the environment is theirs and the credentials are not', async () => {
    const sandbox = await inSovereignCloud('eu-central-1');

    await expect(run({ targets: { organization: true, regions: ['eu-central-1'] } })).rejects.toThrow();
    expect(sandbox.log).toEqual([]);
  });
});
