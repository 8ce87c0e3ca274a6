import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SEVERITIES, STATUSES } from '../../../shared/model/verdict.ts';
import { isShown } from '../../../shared/report/shown-verdicts.ts';
import { worstClusters } from '../../../shared/report/worst-clusters.ts';
import { aVerdict } from './builders.ts';

const inCluster = (name: string, severity: (typeof SEVERITIES)[number]) =>
  aVerdict({ clusterArn: `arn:aws:eks:eu-west-1:111111111111:cluster/${name}`, severity });

it('puts the cluster with the worst failure first, then the one with most of them', () => {
  const verdicts = [
    inCluster('many', 'MEDIUM'),
    inCluster('many', 'MEDIUM'),
    inCluster('worst', 'HIGH'),
    inCluster('few', 'MEDIUM'),
  ];

  const names = worstClusters(verdicts, 3).map(({ clusterArn }) => clusterArn.split('/').pop());

  expect(names).toEqual(['worst', 'many', 'few']);
});

it('shows a part of the verdicts, and never more for a narrower selection', () => {
  const verdict = fc
    .record({ status: fc.constantFrom(...STATUSES), severity: fc.constantFrom(...SEVERITIES) })
    .map(aVerdict);
  fc.assert(
    fc.property(verdict, fc.constantFrom(...SEVERITIES), (one, severity) => {
      const narrow = isShown(one, { only: 'FAILED', severity });

      expect(narrow).toBe(isShown(one, { only: 'FAILED' }) && isShown(one, { severity }));
      if (narrow) expect(SEVERITIES.indexOf(one.severity)).toBeLessThanOrEqual(SEVERITIES.indexOf(severity));
    }),
  );
});
