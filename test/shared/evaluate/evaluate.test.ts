import { describe, expect, it } from 'vitest';
import { controls as allControls } from '../../../shared/evaluate/controls/index.ts';
import { evaluate, selectControls } from '../../../shared/evaluate/evaluate.ts';
import type { Benchmark, ControlKey } from '../../../shared/model/benchmarks.ts';
import {
  type Control,
  combineJudgements,
  control,
  type Judgement,
  malformedResponse,
  notAvailable,
} from '../../../shared/model/control.ts';
import { absent, present } from '../../../shared/model/evidence.ts';
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

/** The controls that need nothing but a cluster. */
const controls = allControls.filter((one) => one.needs.every((fact) => fact in aClusterInventory().facts));

const TEXT = {
  key: 'endpoint-access',
  title: 'A control of this test',
  description: 'Judges as it is told.',
  remediation: { text: 'None.', url: 'https://example.com' },
  level: 'cluster',
  severity: 'MEDIUM',
  nist: [],
} as const;
const ROWS = {
  FINE: { status: 'PASSED', when: 'all is well' },
  ODD: { status: 'WARNING', when: 'something is odd' },
  BAD: { status: 'FAILED', when: 'something is bad' },
  WORSE: { status: 'FAILED', severity: 'CRITICAL', when: 'something is worse' },
} as const;
type Code = keyof typeof ROWS;

/** A control that needs the description of a cluster and says what it is told. */
function saying(...judgements: Judgement<Code>[]): Control {
  return control({ ...TEXT, needs: ['cluster'], rows: ROWS, judge: () => judgements });
}

function row(code: Code, differing: Partial<Judgement<Code>> = {}): Judgement<Code> {
  return { code, reason: `It is ${code}.`, evidence: { [code]: 'seen' }, ...differing };
}

function evaluateClusters(clusters: Parameters<typeof anInventory>[0], which: readonly Control[]) {
  return evaluate(anInventory(clusters), which, anEvaluationContext());
}

describe('the engine', () => {
  describe('with evidence that cannot be read', () => {
    it.each(controls.flatMap((one) => one.needs.map((fact) => ({ control: one, key: one.key, fact }))))(
      '$key ($control.level) neither passes nor fails without $fact',
      ({ control: one, fact }) => {
        const verdict = judge(one, { [fact]: denied('eks:Something', { code: 'ThrottlingException' }) });

        expect(verdict).toMatchObject({
          status: 'NOT_AVAILABLE',
          severity: 'LOW',
          reasonCode: 'EVIDENCE_UNREADABLE',
          reasonCodes: ['EVIDENCE_UNREADABLE'],
          evidence: { unreadable: 'eks:Something failed with ThrottlingException' },
        });
        expect(verdict.reason).toContain('eks:Something failed with ThrottlingException');
      },
    );

    it('names every failed operation once', () => {
      const one = control({
        ...TEXT,
        needs: ['cluster', 'secretsKey', 'vpcCni'],
        rows: ROWS,
        judge: () => row('FINE'),
      });

      const verdict = judge(one, {
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
      expect(judge(saying(row('FINE')), { vpcCni: denied('eks:DescribeAddon') }).status).toBe('PASSED');
    });

    it('says in missingEvidence what was unreadable, of what, for which control', () => {
      const unreadable = denied('eks:DescribeCluster');

      const { missingEvidence } = evaluateClusters(
        [aClusterInventory(), aClusterInventory({ name: 'dark', facts: { cluster: unreadable } })],
        [saying(row('FINE'))],
      );

      const [dark] = missingEvidence;
      expect(missingEvidence).toHaveLength(1);
      expect(dark).toMatchObject({ controlId: '5.4.1', region: SCOPE.region, unreadable });
      expect(dark?.resource.name).toBe('dark');
    });

    it('one unreadable cluster hides no other', () => {
      const readable = ['a', 'b', 'c'].map((name) => aClusterInventory({ name }));
      const dark = aClusterInventory({ name: 'dark', facts: { cluster: denied('eks:DescribeCluster') } });
      const [first, ...others] = readable;
      if (first === undefined) throw new Error('no cluster');

      const without = evaluateClusters(readable, controls);
      const withDark = evaluateClusters([first, dark, ...others], controls);

      const isDark = (one: { clusterArn?: string }) => one.clusterArn === dark.arn;
      expect(withDark.verdicts.filter((one) => !isDark(one))).toEqual(without.verdicts);
      expect(withDark.verdicts.filter(isDark).map((one) => one.status)).toEqual(
        controls.map(() => 'NOT_AVAILABLE'),
      );
    });

    it('hands a control that asks for it the evidence itself', () => {
      const unreadable = denied('kms:DescribeKey');
      const seen: unknown[] = [];
      const one = control({
        ...TEXT,
        needs: ['cluster', 'secretsKey'],
        acceptsUnreadable: ['secretsKey'],
        rows: ROWS,
        judge({ cluster, secretsKey }) {
          seen.push(cluster.name, secretsKey);
          return row('ODD');
        },
      });

      expect(judge(one, { secretsKey: unreadable }).reasonCode).toBe('ODD');
      expect(seen).toEqual(['orders', unreadable]);
      expect(judge(one, { cluster: denied('eks:DescribeCluster') }).status).toBe('NOT_AVAILABLE');
    });

    it('hands over undefined for what is absent', () => {
      const seen: unknown[] = [];
      const one = control({
        ...TEXT,
        needs: ['vpcCni'],
        rows: ROWS,
        judge({ vpcCni }) {
          seen.push(vpcCni);
          return row('FINE');
        },
      });

      judge(one, { vpcCni: absent });

      expect(seen).toEqual([undefined]);
    });

    it('refuses to judge by a fact that nobody collected', () => {
      const one = aClusterInventory();
      const { vpcCni: _, ...facts } = one.facts;

      expect(() => evaluateClusters([{ ...one, facts }], controls)).toThrow(
        /network-policies needs the fact vpcCni/,
      );
    });
  });

  describe('with clusters that are not there yet, never were, or are not any more', () => {
    it.each(['CREATING', 'DELETING', 'FAILED'])(
      'gives a cluster that is %s no verdict and no complete subject',
      (status) => {
        const cluster = aClusterInventory({ facts: { cluster: present(aCluster({ status })) } });

        expect(evaluateClusters([cluster], controls)).toEqual({
          verdicts: [],
          completeSubjects: [],
          missingEvidence: [],
        });
      },
    );

    it.each(['ACTIVE', 'UPDATING', 'PENDING', undefined])('judges one that is %s', (status) => {
      const { status: _, ...described } = aCluster();
      const cluster = present(status === undefined ? described : { ...described, status });

      expect(judge(saying(row('FINE')), { cluster }).status).toBe('PASSED');
    });

    it('gives a cluster that vanished meanwhile no verdict and no complete subject', () => {
      const gone = denied('eks:DescribeCluster', { kind: 'gone', code: 'ResourceNotFoundException' });
      const clusters = [aClusterInventory(), aClusterInventory({ name: 'gone', facts: { cluster: gone } })];

      const { verdicts, completeSubjects } = evaluateClusters(clusters, [saying(row('FINE'))]);

      expect(verdicts.map((one) => one.resource.name)).toEqual(['orders']);
      expect(completeSubjects).toHaveLength(1);
    });
  });

  describe('joining the rows that apply', () => {
    it('lets the worst decide and names all, worst first, in whatever order they come', () => {
      const rows = [row('FINE'), row('BAD'), row('WORSE'), row('ODD')];

      for (const order of [rows, rows.toReversed()]) {
        const joined = combineJudgements(order);
        const verdict = judge(saying(joined ?? row('FINE')));

        expect(verdict).toMatchObject({
          status: 'FAILED',
          severity: 'CRITICAL',
          reasonCode: 'WORSE',
          reasonCodes: ['WORSE', 'BAD', 'ODD', 'FINE'],
          reason: 'It is WORSE. It is BAD. It is ODD. It is FINE.',
        });
      }
    });

    it('puts what is not known before a warning and behind a failure', () => {
      const unknown = notAvailable(denied('eks:ListAddons'));

      expect(judge(saying(row('ODD', { also: [unknown] }))).status).toBe('NOT_AVAILABLE');
      expect(judge(saying(row('BAD', { also: [unknown] }))).status).toBe('FAILED');
      expect(judge(saying({ ...unknown, also: [row('BAD')] })).status).toBe('FAILED');
    });

    it('leaves what is not known out of the evidence of what was proven', () => {
      const verdict = judge(saying(row('BAD', { also: [notAvailable(denied('eks:ListAddons'))] })));

      expect(verdict.evidence).toEqual({ BAD: 'seen' });
      expect(verdict.reason).toContain('eks:ListAddons');
    });

    it('names a code once and prefers the worst row’s evidence', () => {
      const other = row('ODD', { evidence: { ODD: 'seen', mode: 'mild' } });
      const worst = row('WORSE', { evidence: { mode: 'hard' }, also: [other, other] });

      const verdict = judge(saying(worst));

      expect(verdict.reasonCodes).toEqual(['WORSE', 'ODD']);
      expect(verdict.evidence).toEqual({ mode: 'hard', ODD: 'seen' });
    });

    it('lets a judgement override its severity, but only a failed one', () => {
      expect(judge(saying(row('BAD', { severity: 'LOW' }))).severity).toBe('LOW');
      expect(judge(saying(row('ODD', { severity: 'CRITICAL' }))).severity).toBe('LOW');
      expect(judge(saying(row('FINE', { severity: 'CRITICAL' }))).severity).toBe('INFORMATIONAL');
    });

    it('takes the severity of the row, else of the control', () => {
      expect(judge(saying(row('WORSE'))).severity).toBe('CRITICAL');
      expect(judge(saying(row('BAD'))).severity).toBe('MEDIUM');
    });

    it('has nothing to join when no row applies', () => {
      expect(combineJudgements([])).toBeUndefined();
    });

    it('keeps rows that were joined before', () => {
      const joined = combineJudgements([row('BAD', { also: [row('ODD')] }), row('FINE')]);

      expect(judge(saying(joined ?? row('FINE'))).reasonCodes).toEqual(['BAD', 'ODD', 'FINE']);
    });
  });

  describe('the subject', () => {
    const KEY: ResourceRef = { type: 'AwsKmsKey', id: 'arn:aws:kms:eu-west-1:111122223333:key/1' };

    it('is the resource unless the judgement names another, and then is related', () => {
      const plain = judge(saying(row('BAD', { related: [KEY] })));
      const other = judge(saying(row('BAD', { resource: KEY })));

      expect(plain).toMatchObject({ resource: { type: 'AwsEksCluster', name: 'orders' }, related: [KEY] });
      expect(other).toMatchObject({ resource: KEY, related: [{ type: 'AwsEksCluster', name: 'orders' }] });
      expect(other.clusterArn).toBe(plain.resource.id);
    });

    it('carries the tags of the cluster', () => {
      const cluster = present(aCluster({ tags: { team: 'shop' } }));

      expect(judge(saying(row('FINE')), { cluster }).resource.tags).toEqual({ team: 'shop' });
    });

    it('may hold several resources, each with its own verdict', () => {
      const other = { ...KEY, id: `${KEY.id}2` };
      const several = saying(row('BAD', { resource: KEY }), row('FINE', { resource: other }));

      const { verdicts } = evaluateClusters([aClusterInventory()], [several]);

      expect(verdicts.map((one) => [one.resource.id, one.status])).toEqual([
        [KEY.id, 'FAILED'],
        [other.id, 'PASSED'],
      ]);
    });

    it('is a complete subject when everything of it was read', () => {
      const { completeSubjects } = evaluateClusters([aClusterInventory()], [saying(row('BAD'))]);

      expect(completeSubjects).toHaveLength(1);
      expect(completeSubjects[0]).toMatchObject({
        control: 'endpoint-access',
        region: SCOPE.region,
        clusterArn: aClusterInventory().arn,
      });
    });

    it('is no complete subject when it could not be read', () => {
      const dark = aClusterInventory({ facts: { cluster: denied('eks:DescribeCluster') } });

      expect(evaluateClusters([dark], [saying(row('BAD'))]).completeSubjects).toEqual([]);
    });

    it('is a complete subject when only one of its resources, which is named, could not be read', () => {
      const one = saying(row('FINE'), notAvailable(denied('kms:DescribeKey'), { resource: KEY }));

      expect(evaluateClusters([aClusterInventory()], [one]).completeSubjects).toHaveLength(1);
    });
  });

  it('judges every cluster of every Region by every control, and gives the same answer twice', () => {
    const clusters = ['a', 'b'].map((name) => aClusterInventory({ name }));
    const inventory = anInventory(clusters);
    const [region] = inventory.regions;
    if (region === undefined) throw new Error('no Region');
    const second = { ...region, scope: { ...SCOPE, region: 'us-east-1' } };
    const both = { ...inventory, regions: [region, second] };

    const { verdicts } = evaluate(both, controls, anEvaluationContext());

    expect(verdicts).toHaveLength(2 * 2 * controls.length);
    expect(new Set(verdicts.map((one) => one.scope.region))).toEqual(new Set(['eu-west-1', 'us-east-1']));
    expect(evaluate(both, controls, anEvaluationContext()).verdicts).toEqual(verdicts);
  });

  it('passes a cluster with nothing wrong in every control', () => {
    const { verdicts } = evaluateClusters([aClusterInventory()], controls);

    expect(verdicts.filter((one) => one.status !== 'PASSED')).toEqual([]);
  });

  it('does not judge what was not read: an account or a registry without a cluster', () => {
    const account = { ...saying(row('FINE')), level: 'account' as const };
    const region = { ...saying(row('FINE')), level: 'region' as const };

    expect(evaluateClusters([], [account, region]).verdicts).toEqual([]);
  });

  it('fails on a row that the control does not have', () => {
    const one = { ...saying(row('BAD')), rows: {} };

    expect(() => judge(one)).toThrow('control endpoint-access has no row BAD');
  });

  it('sees no change in the order of lists from AWS', () => {
    const entries = ['alice', 'bob'].map((user) =>
      anAccessEntry({ principalArn: `arn:aws:iam::111122223333:user/${user}` }),
    );
    const [one, other] = [entries, entries.toReversed()].map((accessEntries) =>
      evaluateClusters([aClusterInventory({ facts: { accessEntries: present(accessEntries) } })], controls),
    );

    expect(one).toEqual(other);
  });
});

describe('malformedResponse', () => {
  it('says which operation answered what', () => {
    const verdict = judge(saying(malformedResponse('eks:DescribeCluster', 'it does not say what')));

    expect(verdict).toMatchObject({
      status: 'NOT_AVAILABLE',
      reason: 'Not judged, because eks:DescribeCluster failed with MalformedResponse: it does not say what.',
    });
  });
});

describe('selectControls', () => {
  const all = (['load-balancer-tls', 'fargate', 'control-plane-logs', 'network-policies'] as const).map(
    (key) => ({
      ...saying(row('FINE')),
      key,
    }),
  );

  function keysOf(benchmark: Benchmark, selection: { include?: ControlKey[]; exclude?: ControlKey[] } = {}) {
    const selected = selectControls(all, benchmark, { include: [], exclude: [], ...selection });
    return selected.map(({ key }) => key);
  }

  it('takes all that the benchmark has, in the order of its numbers', () => {
    expect(keysOf('1.5.0')).toEqual(['control-plane-logs', 'network-policies', 'load-balancer-tls']);
    expect(keysOf('1.3.0')).toEqual([
      'control-plane-logs',
      'network-policies',
      'load-balancer-tls',
      'fargate',
    ]);
  });

  it('narrows them to what is included, less what is excluded', () => {
    const include: ControlKey[] = ['control-plane-logs', 'network-policies'];

    expect(keysOf('1.5.0', { include })).toEqual(include);
    expect(keysOf('1.5.0', { include, exclude: ['network-policies'] })).toEqual(['control-plane-logs']);
    expect(keysOf('1.5.0', { include: ['fargate'] })).toEqual([]);
  });
});
