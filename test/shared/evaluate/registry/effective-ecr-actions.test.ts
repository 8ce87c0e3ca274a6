import { describe, expect, it } from 'vitest';
import { effectiveEcrActions } from '../../../../shared/evaluate/registry/effective-ecr-actions.ts';
import { aDocument, allow, aPolicy, aRole, deny } from '../iam/builders.ts';
import { ECR_CASES } from './ecr-cases.ts';

describe('the ECR actions of an identity with', () => {
  it.each(ECR_CASES)('$name', ({ statements, policies = [], boundary, allowed, conditional = [] }) => {
    const own = statements ? [aPolicy('policy', aDocument(...statements))] : [];
    const identity = aRole([...own, ...policies], boundary && aDocument(...boundary));

    const result = effectiveEcrActions(identity);

    expect(result.problems).toEqual([]);
    expect(result.allowed.map(({ action }) => action).sort()).toEqual([...allowed].sort());
    const underCondition = result.allowed.filter((action) => action.conditional).map(({ action }) => action);
    expect(underCondition.sort()).toEqual([...conditional].sort());
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

    expect(effectiveEcrActions(identity).allowed).toEqual([
      { action: 'ecr:PutImage', grantedBy: ['last'], conditional: false, resources: ['*'] },
    ]);
  });
});

describe('a grant', () => {
  it('names the policies that give it and their resources, without those a Deny leaves nothing of', () => {
    const repository = 'arn:aws:ecr:eu-west-1:111122223333:repository';
    const identity = aRole([
      aPolicy('one', aDocument(allow('ecr:PutImage', { Resource: `${repository}/a` }))),
      aPolicy('two', aDocument(allow('ecr:*', { Resource: [`${repository}/b`, `${repository}/c`] }))),
      aPolicy('three', aDocument(allow('ecr:PutImage', { Resource: `${repository}/c` }))),
      aPolicy('four', aDocument(deny('ecr:*', { Resource: `${repository}/b` }))),
      aPolicy('five', aDocument(allow('ecr:PutImage', { Resource: `${repository}/b` }))),
    ]);

    expect(effectiveEcrActions(identity).allowed.find(({ action }) => action === 'ecr:PutImage')).toEqual({
      action: 'ecr:PutImage',
      grantedBy: ['one', 'two', 'three'],
      conditional: false,
      resources: [`${repository}/a`, `${repository}/c`],
    });
  });
});

describe('an unreadable document', () => {
  it('is a problem, and hides no other policy', () => {
    const identity = aRole([aPolicy('broken', '{'), aPolicy('fine', aDocument(allow('ecr:PutImage')))]);
    const result = effectiveEcrActions(identity);
    expect(result.problems).toEqual([{ policy: 'broken', problem: 'not a JSON document' }]);
    expect(result.allowed.map(({ action }) => action)).toEqual(['ecr:PutImage']);
  });

  it('is a problem of the boundary, which then limits nothing', () => {
    const identity = aRole([aPolicy('fine', aDocument(allow('ecr:PutImage')))], 'nothing');
    const result = effectiveEcrActions(identity);
    expect(result.problems.map(({ policy }) => policy)).toEqual([identity.boundary?.arn]);
    expect(result.allowed.map(({ action }) => action)).toEqual(['ecr:PutImage']);
  });
});
