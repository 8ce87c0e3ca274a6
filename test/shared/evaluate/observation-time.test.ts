import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../shared/evaluate/evaluate.ts';
import { type Control, control } from '../../../shared/model/control.ts';
import { absent, present } from '../../../shared/model/evidence.ts';
import type { ClusterInventory, Inventory, RegionInventory } from '../../../shared/model/inventory.ts';
import {
  aClusterInventory,
  anEvaluationContext,
  anInventory,
  denied,
  SCOPE,
  STARTED_AT,
} from '../../builders.ts';
import { ROWS, TEXT } from './evaluate-support.ts';

/** Times of one day. */
const at = (time: string) => `2026-11-22T${time}.000Z`;

const CLUSTER: ClusterInventory = {
  ...aClusterInventory(),
  observed: { cluster: at('10:05:00'), addons: at('10:06:00') },
};

const [REGION] = anInventory([CLUSTER]).regions as [RegionInventory];

const INVENTORY: Inventory = {
  ...anInventory([CLUSTER]),
  facts: {
    iam: present({ roles: [], users: [], groups: [], managedPolicies: [] }),
    oidcProviders: present([]),
  },
  observed: { iam: at('10:20:00'), oidcProviders: at('10:02:00') },
  regions: [
    {
      ...REGION,
      facts: { repositories: present([]) },
      observed: { clusterNames: at('10:04:00'), repositories: at('10:07:00') },
    },
  ],
};

/** A control that is satisfied by whatever these facts are. */
function needing(level: Control['level'], needs: Control['needs']): Control {
  const judge = () => ({ code: 'FINE', reason: 'It is.' }) as const;
  return control({ ...TEXT, level, needs, rows: ROWS, judge });
}

function timesOf(inventory: Inventory, one: Control) {
  const { verdicts, completeSubjects } = evaluate(inventory, [one], anEvaluationContext());
  return [verdicts, completeSubjects].map((list) => list.map(({ observedAt }) => observedAt));
}

describe('a verdict and a complete subject were observed when the oldest of the facts was that their control needs:', () => {
  it.each<[string, Control['level'], Control['needs'], string]>([
    ['one of the cluster', 'cluster', ['addons'], at('10:06:00')],
    ['several of the cluster', 'cluster', ['addons', 'cluster'], at('10:05:00')],
    ['one of the Region', 'cluster', ['cluster', 'repositories'], at('10:05:00')],
    ['one of the account, which is older', 'cluster', ['cluster', 'oidcProviders'], at('10:02:00')],
    ['one of the account, which is later', 'cluster', ['cluster', 'iam'], at('10:05:00')],
    ['of a Region', 'region', ['repositories'], at('10:07:00')],
    ['of a Region and the list of its clusters', 'region', ['repositories', 'clusterNames'], at('10:04:00')],
    ['of the account', 'account', ['iam'], at('10:20:00')],
    [
      'of the account and its issuers, by the list of clusters',
      'account',
      ['iam', 'ownIssuers'],
      at('10:04:00'),
    ],
  ])('%s', (_, level, needs, time) => {
    expect(timesOf(INVENTORY, needing(level, needs))).toEqual([[time], [time]]);
  });

  it('the issuers of all Regions, by the description of a cluster in another one', () => {
    const older = { ...CLUSTER, observed: { cluster: at('10:01:00') } };
    const elsewhere = { ...REGION, scope: { ...SCOPE, region: 'us-east-1' }, clusters: [older] };
    const inventory = { ...INVENTORY, regions: [...INVENTORY.regions, elsewhere] };

    expect(timesOf(inventory, needing('account', ['iam', 'ownIssuers']))).toEqual([
      [at('10:01:00')],
      [at('10:01:00')],
    ]);
  });
});

describe('where there was no time for any of the facts', () => {
  const outOfTime = denied('eks:DescribeCluster', { kind: 'failed', code: 'OUT_OF_TIME' });
  const unread = { ...CLUSTER, facts: { ...CLUSTER.facts, cluster: outOfTime }, observed: {} };

  it('a verdict is as old as the oldest fact of the account', () => {
    const inventory = { ...INVENTORY, regions: [{ ...REGION, clusters: [unread] }] };

    expect(timesOf(inventory, needing('cluster', ['cluster']))).toEqual([[STARTED_AT], []]);
    expect(
      timesOf({ ...inventory, observed: { iam: at('09:00:00') } }, needing('cluster', ['cluster'])),
    ).toEqual([[at('09:00:00')], []]);
  });

  it('and as the beginning of the audit when nothing else is known', () => {
    const inventory = { ...anInventory([unread]), facts: {}, observed: {} };

    expect(timesOf(inventory, needing('cluster', ['cluster']))).toEqual([[STARTED_AT], []]);
  });

  it('but one of the facts that has a time is enough', () => {
    const inventory = { ...INVENTORY, regions: [{ ...REGION, clusters: [unread] }] };

    expect(timesOf(inventory, needing('cluster', ['cluster', 'iam']))).toEqual([[at('10:20:00')], []]);
  });
});

it('a fact that AWS answered with nothing was observed, too', () => {
  const cluster = {
    ...CLUSTER,
    facts: { ...CLUSTER.facts, vpcCni: absent },
    observed: { vpcCni: at('10:09:00') },
  };

  expect(timesOf(anInventory([cluster]), needing('cluster', ['vpcCni']))).toEqual([
    [at('10:09:00')],
    [at('10:09:00')],
  ]);
});
