import { describe, expect, it } from 'vitest';
import { Budget } from '../../../../shared/evaluate/patterns/budget.ts';
import { effectiveEcrActions } from '../../../../shared/evaluate/registry/effective-ecr-actions.ts';
import { aDocument, allow, aPolicy, aRole, deny } from '../iam/builders.ts';
import { ECR_BOUNDARY_CASES } from './ecr-boundary-cases.ts';
import { ECR_POLICY_CASES } from './ecr-policy-cases.ts';
import { ECR_RESOURCE_CASES } from './ecr-resource-cases.ts';

const ECR_CASES = [...ECR_POLICY_CASES, ...ECR_BOUNDARY_CASES, ...ECR_RESOURCE_CASES];

describe('the ECR actions of an identity with', () => {
  it.each(ECR_CASES)('$name', ({ statements, policies = [], boundary, allowed }) => {
    const own = statements ? [aPolicy('policy', aDocument(...statements))] : [];
    const identity = aRole([...own, ...policies], boundary && aDocument(...boundary));

    const result = effectiveEcrActions(identity, new Budget());

    expect(result.invalidPolicies).toEqual([]);
    expect(result.allowed.map(({ action }) => action).sort()).toEqual([...allowed].sort());
  });

  it('at least 60 cases', () => {
    expect(new Set(ECR_CASES.map(({ name }) => name)).size).toBeGreaterThanOrEqual(60);
  });

  it('20 attached policies and a boundary', () => {
    const policies = Array.from({ length: 20 }, (_, index) =>
      aPolicy(`p${index}`, aDocument(allow(`s${index}:*`))),
    );
    const last = aPolicy('last', aDocument(allow(['ecr:PutImage', 'ecr:DeleteRepository'])));
    const identity = aRole([...policies, last], aDocument(allow('ecr:Put*')));

    expect(effectiveEcrActions(identity, new Budget()).allowed).toEqual([
      { action: 'ecr:PutImage', grantedBy: ['last'] },
    ]);
  });
});

describe('a grant', () => {
  it('names the policies that give it, without one that a Deny leaves nothing of', () => {
    const repository = 'arn:aws:ecr:eu-west-1:111122223333:repository';
    const identity = aRole([
      aPolicy('one', aDocument(allow('ecr:PutImage', { Resource: `${repository}/shop-a` }))),
      aPolicy(
        'two',
        aDocument(allow('ecr:*', { Resource: [`${repository}/shop-b`, `${repository}/shop-c`] })),
      ),
      aPolicy('three', aDocument(allow('ecr:PutImage', { Resource: `${repository}/shop-c` }))),
      aPolicy('four', aDocument(deny('ecr:*', { Resource: `${repository}/shop-b` }))),
      aPolicy('five', aDocument(allow('ecr:PutImage', { Resource: `${repository}/shop-b` }))),
    ]);

    expect(
      effectiveEcrActions(identity, new Budget()).allowed.find(({ action }) => action === 'ecr:PutImage'),
    ).toEqual({
      action: 'ecr:PutImage',
      grantedBy: ['one', 'two', 'three'],
    });
  });
});

describe('an invalid document', () => {
  it('is reported, and the other policies are evaluated', () => {
    const identity = aRole([aPolicy('broken', '{'), aPolicy('fine', aDocument(allow('ecr:PutImage')))]);
    const result = effectiveEcrActions(identity, new Budget());
    expect(result.invalidPolicies).toEqual([{ policy: 'broken', problem: 'not a JSON document' }]);
    expect(result.allowed.map(({ action }) => action)).toEqual(['ecr:PutImage']);
  });

  it('of a boundary is reported, and limits nothing', () => {
    const identity = aRole([aPolicy('fine', aDocument(allow('ecr:PutImage')))], 'nothing');
    const result = effectiveEcrActions(identity, new Budget());
    expect(result.invalidPolicies.map(({ policy }) => policy)).toEqual([identity.boundary?.arn]);
    expect(result.allowed.map(({ action }) => action)).toEqual(['ecr:PutImage']);
  });
});
