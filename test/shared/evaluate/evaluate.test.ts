import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../shared/evaluate/evaluate.ts';
import { malformedResponse, notAvailable } from '../../../shared/model/control.ts';
import { present } from '../../../shared/model/evidence.ts';
import type { ClusterInventory, Inventory } from '../../../shared/model/inventory.ts';
import type { ResourceRef } from '../../../shared/model/resource.ts';
import {
  aCluster,
  aClusterInventory,
  anAccessEntry,
  anEvaluationContext,
  anInventory,
  denied,
  judge,
  SCOPE,
} from '../../builders.ts';
import { clusterControls, evaluateClusters, returning, row } from './evaluate-support.ts';

const IAM = { roles: [], users: [], groups: [], managedPolicies: [] };

describe('the engine', () => {
  describe('with clusters that are not there yet, never were, or are not any more', () => {
    it.each(['CREATING', 'DELETING', 'FAILED'])(
      'gives a cluster that is %s no verdict and no complete subject',
      (status) => {
        const cluster = aClusterInventory({ facts: { cluster: present(aCluster({ status })) } });

        expect(evaluateClusters([cluster], clusterControls)).toEqual({
          verdicts: [],
          completeSubjects: [],
          missingEvidence: [],
          unverified: [],
        });
      },
    );

    it.each(['ACTIVE', 'UPDATING', 'PENDING', undefined])('judges a cluster that is %s', (status) => {
      const { status: _, ...described } = aCluster();
      const cluster = present(status === undefined ? described : { ...described, status });

      expect(judge(returning(row('FINE')), { cluster }).status).toBe('PASSED');
    });

    it('gives a cluster that vanished meanwhile no verdict and no complete subject', () => {
      const gone = denied('eks:DescribeCluster', { kind: 'gone', code: 'ResourceNotFoundException' });
      const clusters = [aClusterInventory(), aClusterInventory({ name: 'gone', facts: { cluster: gone } })];

      const { verdicts, completeSubjects } = evaluateClusters(clusters, [returning(row('FINE'))]);

      expect(verdicts.map((verdict) => verdict.resource.name)).toEqual(['orders']);
      expect(completeSubjects).toHaveLength(1);
    });
  });

  describe('the subject', () => {
    const KEY: ResourceRef = { type: 'AwsKmsKey', id: 'arn:aws:kms:eu-west-1:111122223333:key/1' };

    it('is the resource unless the judgement names another, and then is related', () => {
      const plain = judge(returning(row('BAD', { related: [KEY] })));
      const other = judge(returning(row('BAD', { resource: KEY })));

      expect(plain).toMatchObject({ resource: { type: 'AwsEksCluster', name: 'orders' }, related: [KEY] });
      expect(other).toMatchObject({ resource: KEY, related: [{ type: 'AwsEksCluster', name: 'orders' }] });
      expect(other.clusterArn).toBe(plain.resource.id);
    });

    it('carries the tags of the cluster', () => {
      const cluster = present(aCluster({ tags: { team: 'shop' } }));

      expect(judge(returning(row('FINE')), { cluster }).resource.tags).toEqual({ team: 'shop' });
    });

    it('may hold several resources, each with its own verdict', () => {
      const other = { ...KEY, id: `${KEY.id}2` };
      const several = returning(row('BAD', { resource: KEY }), row('FINE', { resource: other }));

      const { verdicts } = evaluateClusters([aClusterInventory()], [several]);

      expect(verdicts.map((verdict) => [verdict.resource.id, verdict.status])).toEqual([
        [KEY.id, 'FAILED'],
        [other.id, 'PASSED'],
      ]);
    });

    it('is a complete subject when everything of it was read', () => {
      const { completeSubjects } = evaluateClusters([aClusterInventory()], [returning(row('BAD'))]);

      expect(completeSubjects).toHaveLength(1);
      expect(completeSubjects[0]).toMatchObject({
        control: 'endpoint-access',
        region: SCOPE.region,
        clusterArn: aClusterInventory().arn,
      });
    });

    it('is no complete subject when it could not be read', () => {
      const unreadable = aClusterInventory({ facts: { cluster: denied('eks:DescribeCluster') } });

      expect(evaluateClusters([unreadable], [returning(row('BAD'))]).completeSubjects).toEqual([]);
    });

    it('is a complete subject when only one of its resources, which is named, could not be read', () => {
      const subject = returning(row('FINE'), notAvailable(denied('kms:DescribeKey'), { resource: KEY }));

      expect(evaluateClusters([aClusterInventory()], [subject]).completeSubjects).toHaveLength(1);
    });
  });

  it('judges every cluster of every Region by every control, and gives the same answer twice', () => {
    const clusters = ['a', 'b'].map((name) => aClusterInventory({ name }));
    const inventory = anInventory(clusters);
    const [region] = inventory.regions;
    if (region === undefined) throw new Error('no Region');
    const second = { ...region, scope: { ...SCOPE, region: 'us-east-1' } };
    const both = { ...inventory, regions: [region, second] };

    const { verdicts } = evaluate(both, clusterControls, anEvaluationContext());

    expect(verdicts).toHaveLength(2 * 2 * clusterControls.length);
    expect(new Set(verdicts.map((verdict) => verdict.scope.region))).toEqual(
      new Set(['eu-west-1', 'us-east-1']),
    );
    expect(evaluate(both, clusterControls, anEvaluationContext()).verdicts).toEqual(verdicts);
  });

  it('passes a cluster with nothing wrong in every control', () => {
    const { verdicts } = evaluateClusters([aClusterInventory()], clusterControls);

    expect(verdicts.filter((verdict) => verdict.status !== 'PASSED')).toEqual([]);
  });

  it('does not judge what was not read: an account or a registry without a cluster', () => {
    const account = { ...returning(row('FINE')), level: 'account' as const };
    const region = { ...returning(row('FINE')), level: 'region' as const };

    expect(evaluateClusters([], [account, region]).verdicts).toEqual([]);
  });

  describe('what is judged of Regions and accounts', () => {
    const ofRegion = { ...returning(row('FINE')), level: 'region', needs: ['repositories'] } as const;
    const ofAccount = { ...returning(row('FINE')), level: 'account', needs: ['iam'] } as const;

    function regionsOf(clusters: readonly ClusterInventory[], differing: Partial<Inventory> = {}) {
      const inventory = anInventory(clusters);
      const [region] = inventory.regions;
      if (region === undefined) throw new Error('no Region');
      const facts = { repositories: present([]) };
      const without = { ...region, scope: { ...SCOPE, region: 'us-east-1' }, clusters: [], facts };
      const regions = [{ ...region, facts }, without];
      const whole = { ...inventory, regions, facts: { iam: present(IAM) }, ...differing };
      return evaluate(whole, [ofRegion, ofAccount], anEvaluationContext()).verdicts.map(
        ({ level, scope }) => `${level} ${scope.region}`,
      );
    }

    it('is where there is a cluster: a Region by its own, the account by any', () => {
      const deleting = aClusterInventory({ facts: { cluster: present(aCluster({ status: 'DELETING' })) } });

      expect(regionsOf([aClusterInventory()])).toEqual(['region eu-west-1', 'account eu-west-1']);
      expect(regionsOf([aClusterInventory(), deleting])).toEqual(['region eu-west-1', 'account eu-west-1']);
      expect(regionsOf([])).toEqual([]);
    });

    it('is nothing of what was not read', () => {
      expect(regionsOf([aClusterInventory()], { facts: {} })).toEqual(['region eu-west-1']);
    });
  });

  it('names what a judgement could not verify', () => {
    const key = denied('kms:DescribeKey');
    const subject = returning(row('ODD', { unverified: [key] }), row('FINE'));

    expect(evaluateClusters([aClusterInventory()], [subject]).unverified).toEqual([key]);
    expect(evaluateClusters([aClusterInventory()], [returning(row('FINE'))]).unverified).toEqual([]);
  });

  it('fails on a row that the control does not have', () => {
    const subject = { ...returning(row('BAD')), rows: {} };

    expect(() => judge(subject)).toThrow('control endpoint-access has no row BAD');
  });

  it('sees no change in the order of lists from AWS', () => {
    const entries = ['alice', 'bob'].map((user) =>
      anAccessEntry({ principalArn: `arn:aws:iam::111122223333:user/${user}` }),
    );
    const [original, reversed] = [entries, entries.toReversed()].map((accessEntries) =>
      evaluateClusters(
        [aClusterInventory({ facts: { accessEntries: present(accessEntries) } })],
        clusterControls,
      ),
    );

    expect(original).toEqual(reversed);
  });
});

describe('malformedResponse', () => {
  it('names the operation and what is wrong with its response', () => {
    const verdict = judge(returning(malformedResponse('eks:DescribeCluster', 'it has no status')));

    expect(verdict).toMatchObject({
      status: 'NOT_AVAILABLE',
      reason: 'Not judged, because the answer to eks:DescribeCluster does not suffice: it has no status.',
    });
  });
});
