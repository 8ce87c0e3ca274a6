import { describe, expect, it } from 'vitest';
import { ecrAccessRepositories } from '../../../shared/evaluate/controls/ecr-access-repositories.ts';
import { ecrPullOnly } from '../../../shared/evaluate/controls/ecr-pull-only.ts';
import { present } from '../../../shared/model/evidence.ts';
import { aDocument, allow, aRepository, aRole, iamOf, verdictOf, verdictsOf } from '../../builders-iam.ts';

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'aws:username'];

/** As policies are written: a literal would set the prototype. */
const key = (name: string, value: unknown) => Object.fromEntries([[name, value]]);

describe.each(NAMES)('a Deny under a condition on the key %s', (name) => {
  const deny = { Effect: 'Deny', Action: 'ecr:*', Resource: '*' };
  const judge = (statement: Record<string, unknown>) => {
    const inlinePolicies = [{ name: 'own', document: aDocument(allow('ecr:*'), statement) }];
    const node = aRole({ inlinePolicies });
    const nodegroup = {
      name: 'one',
      detail: present({ nodegroupName: 'one', status: 'ACTIVE', nodeRole: node.arn }),
    };
    return verdictOf(ecrPullOnly, {
      cluster: { nodegroups: present([nodegroup]) },
      account: { iam: iamOf({ roles: [node] }) },
    });
  };

  it('is conditional, so that it takes nothing away', () => {
    const conditional = judge({ ...deny, Condition: { StringEquals: key(name, 'x') } });

    expect(judge(deny).reasonCode).toBe('READ_ONLY');
    expect(conditional.reasonCode).toBe('CAN_WRITE');
  });

  it('is conditional by the operator as well', () => {
    expect(judge({ ...deny, Condition: key(name, { 'aws:username': 'x' }) }).reasonCode).toBe('CAN_WRITE');
  });

  it.skipIf(name === 'aws:username')('is no statement of a known form where the element is called so', () => {
    expect(judge({ ...deny, ...key(name, {}) })).toMatchObject({ status: 'NOT_AVAILABLE' });
  });
});

it('a repository called constructor has a policy only where it has one', () => {
  const repositories = present([aRepository({ name: 'constructor' }), aRepository({ name: 'shop' })]);
  const verdicts = verdictsOf(ecrAccessRepositories, {
    region: {
      repositories,
      repositoryPolicies: present({ shop: { state: 'absent' } }),
      registryPolicy: { state: 'absent' },
    },
  });

  expect(verdicts.map(({ resource, reasonCode }) => [resource.name, reasonCode])).toEqual([
    [expect.stringContaining('registry'), 'NO_POLICY'],
    ['shop', 'NO_POLICY'],
  ]);
});
