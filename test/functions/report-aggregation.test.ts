import { describe, expect, test, vi } from 'vitest';
import { unlinkedRegions } from '../../functions/report/aggregation.ts';
import { anOrganization } from '../../infra/sandbox/world.ts';
import { accessTo } from '../aws-access.ts';
import { REGION, SECURITY, signedIn } from '../harness.ts';

const AUDITED = ['us-east-1', REGION, 'eu-north-1', REGION];
type Options = NonNullable<Parameters<typeof anOrganization>[0]>;

async function noticed(securityHub: Options['securityHub'], region = REGION, audited = AUDITED) {
  const world = anOrganization({ delegatedAdministrators: [SECURITY], ...(securityHub && { securityHub }) });
  const sandbox = await signedIn(world);
  const logger = { warn: vi.fn() };
  const ask = () => unlinkedRegions(accessTo(sandbox, SECURITY), region, audited, logger);
  return { sandbox, logger, notices: await ask(), ask };
}

const HUB = { administrator: SECURITY, aggregationRegion: REGION };

describe('Regions are all seen in one place', () => {
  test.each<[string, Options['securityHub']]>([
    ['all are linked', HUB],
    [
      'those that are audited are',
      { ...HUB, regionLinking: { mode: 'SPECIFIED_REGIONS', regions: ['eu-north-1', 'us-east-1'] } },
    ],
    [
      'none that is audited is excluded',
      { ...HUB, regionLinking: { mode: 'ALL_REGIONS_EXCEPT_SPECIFIED', regions: ['us-west-2'] } },
    ],
  ])('when %s', async (_, securityHub) => {
    const { notices, logger } = await noticed(securityHub);

    expect(notices).toEqual([]);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  test('when there is only one, and nothing is asked', async () => {
    const { sandbox, notices } = await noticed(undefined, REGION, [REGION]);

    expect(notices).toEqual([]);
    expect(sandbox.calls({ operation: 'securityhub:ListFindingAggregators' })).toEqual([]);
  });
});

describe('Regions that are not aggregated', () => {
  const notice = (detail: string) => [
    { code: 'REGION_NOT_AGGREGATED', accountId: SECURITY, region: REGION, detail },
  ];

  test.each<[string, Options['securityHub'], string]>([
    [
      'are those that are not specified',
      { ...HUB, regionLinking: { mode: 'SPECIFIED_REGIONS', regions: ['us-east-1'] } },
      'eu-north-1',
    ],
    [
      'are those that are excluded',
      { ...HUB, regionLinking: { mode: 'ALL_REGIONS_EXCEPT_SPECIFIED', regions: ['us-east-1'] } },
      'us-east-1',
    ],
    [
      'are all others, when none is linked',
      { ...HUB, regionLinking: { mode: 'NO_REGIONS' } },
      'eu-north-1, us-east-1',
    ],
  ])('%s', async (_, securityHub, unlinked) => {
    expect((await noticed(securityHub)).notices).toEqual(
      notice(`Security Hub does not aggregate the findings of these Regions to ${REGION}: ${unlinked}.`),
    );
  });

  test('are told of also when it is another Region that they are aggregated to', async () => {
    const securityHub = {
      ...HUB,
      aggregationRegion: 'us-east-1',
      regionLinking: { mode: 'SPECIFIED_REGIONS' as const, regions: ['eu-north-1'] },
    };
    const { sandbox, notices } = await noticed(securityHub);

    expect(notices).toEqual(
      notice(`Security Hub does not aggregate the findings of these Regions to us-east-1: ${REGION}.`),
    );
    expect(sandbox.calls({ operation: 'securityhub:GetFindingAggregator' })).toMatchObject([
      { region: 'us-east-1' },
    ]);
  });

  test('are all, when there is no aggregator', async () => {
    expect((await noticed({ administrator: SECURITY })).notices).toEqual(
      notice(
        'Security Hub aggregates no Regions, so their findings are seen in each alone: eu-north-1, us-east-1.',
      ),
    );
  });
});

test.each(['securityhub:ListFindingAggregators', 'securityhub:GetFindingAggregator'])(
  'what %s does not tell is only logged',
  async (operation) => {
    const { sandbox, logger, ask } = await noticed({ ...HUB, regionLinking: { mode: 'NO_REGIONS' } });
    sandbox.fail({ operation, with: 'AccessDenied' });

    expect(await ask()).toEqual([]);
    expect(logger.warn).toHaveBeenCalledExactlyOnceWith(
      'the aggregation of Security Hub could not be read',
      expect.objectContaining({ operation, code: 'AccessDeniedException' }),
    );
  },
);
