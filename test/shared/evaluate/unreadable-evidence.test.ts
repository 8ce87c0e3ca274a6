import { describe, expect, it } from 'vitest';
import { control } from '../../../shared/model/control.ts';
import { absent, present } from '../../../shared/model/evidence.ts';
import { aClusterInventory, anAddon, denied, judge, SCOPE } from '../../builders.ts';
import { clusterControls, evaluateClusters, ROWS, returning, row, TEXT } from './evaluate-support.ts';

describe('with evidence that cannot be read', () => {
  it.each(
    clusterControls.flatMap((subject) =>
      // What AWS proves needs nothing of the Kubernetes API: test/shared/evaluate/kubernetes/.
      subject.needs
        .filter((fact) => fact !== 'kubernetes')
        .map((fact) => ({ subject, key: subject.key, level: subject.level, fact })),
    ),
  )('$key ($level) neither passes nor fails without $fact', ({ subject, fact }) => {
    const unread = denied('eks:Something', { code: 'ThrottlingException' });
    // With a VPC CNI that enforces, other engines would not matter.
    const verdict = judge(subject, { vpcCni: present(anAddon()), [fact]: unread });

    expect(verdict).toMatchObject({
      status: 'NOT_AVAILABLE',
      severity: 'LOW',
      reasonCode: 'EVIDENCE_UNREADABLE',
      reasonCodes: ['EVIDENCE_UNREADABLE'],
      evidence: { unreadable: 'eks:Something failed with ThrottlingException' },
    });
    expect(verdict.reason).toContain('eks:Something failed with ThrottlingException');
  });

  it('names every failed operation once', () => {
    const subject = control({
      ...TEXT,
      needs: ['cluster', 'secretsKey', 'vpcCni'],
      rows: ROWS,
      judge: () => row('FINE'),
    });

    const verdict = judge(subject, {
      cluster: denied('eks:DescribeCluster'),
      secretsKey: denied('eks:DescribeCluster'),
      vpcCni: denied('eks:DescribeAddon', { code: 'TimeoutError' }),
    });

    expect(verdict.evidence).toEqual({
      unreadable:
        'eks:DescribeAddon failed with TimeoutError; eks:DescribeCluster failed with AccessDeniedException',
    });
  });

  it('judges a control that does not need it', () => {
    expect(judge(returning(row('FINE')), { vpcCni: denied('eks:DescribeAddon') }).status).toBe('PASSED');
  });

  it('lists in missingEvidence what was unreadable, of which resource, for which control', () => {
    const unreadable = denied('eks:DescribeCluster');

    const { missingEvidence } = evaluateClusters(
      [aClusterInventory(), aClusterInventory({ name: 'unreadable', facts: { cluster: unreadable } })],
      [returning(row('FINE'))],
    );

    const [missing] = missingEvidence;
    expect(missingEvidence).toHaveLength(1);
    expect(missing).toMatchObject({ controlId: '5.4.1', region: SCOPE.region, unreadable });
    expect(missing?.resource.name).toBe('unreadable');
  });

  it('judges the clusters beside an unreadable one', () => {
    const readable = ['a', 'b', 'c'].map((name) => aClusterInventory({ name }));
    const unreadable = aClusterInventory({
      name: 'unreadable',
      facts: { cluster: denied('eks:DescribeCluster') },
    });
    const [first, ...others] = readable;
    if (first === undefined) throw new Error('no cluster');

    const without = evaluateClusters(readable, clusterControls);
    const withUnreadable = evaluateClusters([first, unreadable, ...others], clusterControls);

    const isUnreadable = (verdict: { clusterArn?: string }) => verdict.clusterArn === unreadable.arn;
    expect(withUnreadable.verdicts.filter((verdict) => !isUnreadable(verdict))).toEqual(without.verdicts);
    expect(withUnreadable.verdicts.filter(isUnreadable).map((verdict) => verdict.status)).toEqual(
      clusterControls.map(() => 'NOT_AVAILABLE'),
    );
  });

  it('hands the unreadable evidence to a control that accepts it', () => {
    const unreadable = denied('kms:DescribeKey');
    const seen: unknown[] = [];
    const subject = control({
      ...TEXT,
      needs: ['cluster', 'secretsKey'],
      acceptsUnreadable: ['secretsKey'],
      rows: ROWS,
      judge({ cluster, secretsKey }) {
        seen.push(cluster.name, secretsKey);
        return row('ODD');
      },
    });

    expect(judge(subject, { secretsKey: unreadable }).reasonCode).toBe('ODD');
    expect(seen).toEqual(['orders', unreadable]);
    expect(judge(subject, { cluster: denied('eks:DescribeCluster') }).status).toBe('NOT_AVAILABLE');
  });

  it('hands over undefined for what is absent', () => {
    const seen: unknown[] = [];
    const subject = control({
      ...TEXT,
      needs: ['vpcCni'],
      rows: ROWS,
      judge({ vpcCni }) {
        seen.push(vpcCni);
        return row('FINE');
      },
    });

    judge(subject, { vpcCni: absent });

    expect(seen).toEqual([undefined]);
  });

  it('refuses to judge by a fact that nobody collected', () => {
    const cluster = aClusterInventory();
    const { vpcCni: _, ...facts } = cluster.facts;

    expect(() => evaluateClusters([{ ...cluster, facts }], clusterControls)).toThrow(
      /network-policies needs the fact vpcCni/,
    );
  });
});
