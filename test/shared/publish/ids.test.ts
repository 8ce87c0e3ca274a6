import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTROL_KEYS } from '../../../shared/model/benchmarks.ts';
import { accountResource, clusterArn } from '../../../shared/model/resource.ts';
import type { Verdict } from '../../../shared/model/verdict.ts';
import { controlOfGenerator, findingId, generatorId } from '../../../shared/publish/ids.ts';
import { aCluster, aRole, aVerdict, SCOPE } from './builders.ts';

describe('the id of a finding', () => {
  it('is the resource and the control', () => {
    expect(findingId(aVerdict())).toBe(
      'arn:aws:eks:eu-west-1:222222222222:cluster/prod/eks-auditor/endpoint-access',
    );
  });

  it('names the cluster that was judged when the resource is another', () => {
    const verdict = aVerdict({ resource: aRole('node'), clusterArn: aCluster('prod').id });
    expect(findingId(verdict)).toBe(
      'arn:aws:iam::222222222222:role/node/eks-auditor/endpoint-access/eu-west-1/prod',
    );
  });

  it('tells clusters of one name in two Regions or accounts apart', () => {
    const clusters = [SCOPE, { ...SCOPE, region: 'us-east-1' }, { ...SCOPE, accountId: '333333333333' }].map(
      (place) => ({ scope: place, clusterArn: clusterArn(place, 'prod') }),
    );
    const ids = clusters.map((cluster) => findingId(aVerdict({ ...cluster, resource: aRole('node') })));
    expect(new Set(ids).size).toBe(3);
  });

  it('names the Region when an account is judged in one Region', () => {
    const verdict = aVerdict({ resource: accountResource('222222222222'), control: 'ecr-image-scanning' });
    expect(findingId({ ...verdict, level: 'region' })).toBe(
      'AWS::::Account:222222222222/eks-auditor/ecr-image-scanning/eu-west-1',
    );
  });

  it('names no Region when an account is judged as a whole', () => {
    const verdict = aVerdict({ resource: accountResource('222222222222'), control: 'ecr-access' });
    expect(findingId({ ...verdict, level: 'account' })).toBe(
      'AWS::::Account:222222222222/eks-auditor/ecr-access',
    );
  });

  it('names no Region when the resource is of that Region', () => {
    const id = 'arn:aws:ecr:eu-west-1:222222222222:repository/app';
    const verdict = aVerdict({ resource: { type: 'AwsEcrRepository', id }, control: 'ecr-image-scanning' });
    expect(findingId({ ...verdict, level: 'region' })).toBe(`${id}/eks-auditor/ecr-image-scanning`);
  });

  it('has 512 characters at most, and stays unique where ids begin alike', () => {
    const path = 'x'.repeat(600);
    const long = ['a', 'b'].map((end) => findingId(aVerdict({ resource: aRole(path + end) })));
    expect(long.map((id) => id.length)).toEqual([512, 512]);
    expect(new Set(long).size).toBe(2);
    expect(findingId(aVerdict({ resource: aRole(`${path}a`) }))).toBe(long[0]);
  });

  it('of exactly 512 characters is not shortened, and none of two units is cut in two', () => {
    const suffix = '/eks-auditor/endpoint-access';
    const id = (resource: string) => findingId(aVerdict({ resource: { type: 'Other', id: resource } }));
    const longest = 'x'.repeat(512 - suffix.length);

    expect(id(longest)).toBe(longest + suffix);
    expect(id(`😀${longest}`)).toMatch(/^😀x+~[0-9a-f]{64}$/u);
    expect(id(`${'x'.repeat(446)}😀${longest}`)).toMatch(/^x{446}~[0-9a-f]{64}$/u);
  });

  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,20}$/);
  const region = fc.constantFrom('eu-west-1', 'us-east-1', 'us-gov-west-1');
  const accountId = fc.constantFrom('222222222222', '333333333333');
  const control = fc.constantFrom(...CONTROL_KEYS);
  const scope = fc.record({ partition: fc.constant('aws'), accountId, region });
  /** Names of repositories may contain slashes, dots and the parts of ids. */
  const path = fc
    .array(fc.oneof(name, fc.constantFrom('eks-auditor', 'ecr-access', 'eu-west-1', 'y'.repeat(300))), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => parts.join('/'));
  const aSubject = fc.oneof(
    fc.record({ scope, name, control, kind: fc.constant('cluster' as const) }),
    fc.record({
      scope,
      name,
      path,
      control,
      kind: fc.constantFrom('role' as const, 'repository' as const),
    }),
  );
  type Subject = typeof aSubject extends fc.Arbitrary<infer T> ? T : never;

  function judged(subject: Subject): Verdict {
    if (subject.kind === 'cluster')
      return aVerdict({ ...subject, resource: aCluster(subject.name, subject.scope) });
    if (subject.kind === 'role') {
      const resource = { type: 'AwsIamRole' as const, id: `arn:aws:iam::222222222222:role/${subject.path}` };
      return aVerdict({ ...subject, resource, clusterArn: clusterArn(subject.scope, subject.name) });
    }
    const id = `arn:aws:ecr:${subject.scope.region}:${subject.scope.accountId}:repository/${subject.path}`;
    return aVerdict({ ...subject, level: 'region', resource: { type: 'AwsEcrRepository', id } });
  }

  function keyOf(verdict: Verdict): string {
    return JSON.stringify([verdict.control, verdict.resource.id, verdict.clusterArn]);
  }

  it('is never shared by two verdicts', () => {
    fc.assert(
      fc.property(fc.array(aSubject, { minLength: 2, maxLength: 30 }), (subjects) => {
        const all = new Map(subjects.map(judged).map((verdict) => [keyOf(verdict), verdict]));
        const ids = [...all.values()].map((verdict) => findingId(verdict));
        expect(new Set(ids).size).toBe(all.size);
        expect(ids.every((id) => id.length <= 512)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a GeneratorId', () => {
  it('names its control', () => {
    expect(controlOfGenerator(generatorId('endpoint-access'))).toBe('endpoint-access');
  });

  it('of another product names none', () => {
    expect([controlOfGenerator('security-control/EKS.1'), controlOfGenerator(undefined)]).toEqual([
      undefined,
      undefined,
    ]);
  });
});
