import { describe, expect, it } from 'vitest';
import { compileAction } from '../../../../shared/evaluate/iam/statement.ts';
import { matches } from '../../../../shared/evaluate/patterns/pattern.ts';
import {
  ECR_ACTIONS,
  ECR_READ_PATTERNS,
  ecrAccessLevel,
} from '../../../../shared/evaluate/registry/ecr-actions.ts';

describe('the list of ECR actions', () => {
  it('names each action once', () => {
    expect(new Set(ECR_ACTIONS.map(({ name }) => name)).size).toBe(ECR_ACTIONS.length);
  });

  it('has as reads exactly those that the read patterns match', () => {
    const patterns = ECR_READ_PATTERNS.map(compileAction);
    for (const { name, access } of ECR_ACTIONS) {
      const isRead = patterns.some((pattern) => matches(pattern, name.toLowerCase()));
      expect([name, isRead]).toEqual([name, access === 'read']);
    }
  });
});

describe('the access of an ECR action', () => {
  it.each([
    ['ecr:BatchGetImage', 'read'],
    ['ecr:GetAuthorizationToken', 'read'],
    ['ECR:LISTIMAGES', 'read'],
    ['ecr:PutImage', 'write'],
    ['ecr:TagResource', 'write'],
    ['ecr:BatchImportUpstreamImage', 'write'],
    ['ecr:SetRepositoryPolicy', 'permissions'],
    ['ecr:PutRegistryPolicy', 'permissions'],
    ['ecr:DescribeSomethingNew', 'read'],
    ['ecr:FoldImage', 'write'],
    ['ecr:Fold*', 'write'],
    ['ecr:*', 'write'],
  ])('%s is %s', (action, access) => {
    expect(ecrAccessLevel(action)).toBe(access);
  });
});
