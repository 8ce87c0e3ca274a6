import { describe, expect, it } from 'vitest';
import { renderAccess } from '../../../infra/cli/access-rows.ts';
import { renderClusters } from '../../../infra/cli/cluster-rows.ts';

const PLACE = { account: '111111111111', region: 'ap-southeast-1' };
const CLUSTER = { status: 'ACTIVE', version: '1.33', support: 'extended until 2027-07-29' };
const ACCESS = {
  role: 'r',
  entry: 'yes',
  policy: 'view, group a, group b',
  reachable: 'yes',
  missing: [],
} as const;

const TABLES = {
  clusters: (cluster: string, width: number) =>
    renderClusters(
      'table',
      [
        {
          ...PLACE,
          ...CLUSTER,
          cluster,
          endpoint: 'public to 12, private',
          nodes: '3 groups',
          access: 'API_AND_CONFIG_MAP',
        },
      ],
      { width, colour: false },
    ),
  access: (cluster: string, width: number) =>
    renderAccess('table', [{ ...PLACE, ...ACCESS, cluster }], { width, colour: false }),
};

describe.each(['clusters', 'access'] as const)('the table of %s', (table) => {
  it.each([
    ['a', 80],
    ['exactly-15-long', 80],
    ['one-of-the-team-that-has-long-names', 80],
    ['storefront', 60],
  ])('has the whole name of %s, apart from what follows it, in %i columns', (name, width) => {
    const text = TABLES[table](name, width);

    expect(text.split(/\s+/)).toContain(name);
    expect(text.split('\n').filter((line) => line.length > width && line.trim().includes(' '))).toEqual([]);
  });

  it('says each kind of policy once', () => {
    expect(TABLES.access('a', 80)).toMatch(/ yes +view, group +yes\n/);
  });
});
