import { describe, expect, it } from 'vitest';
import { ACCOUNT, aRepository, letPull, PUSH, type RawStatement, STRANGER } from '../../../builders-iam.ts';
import { judge, ORGANIZATION, root } from './ecr-access-repositories-support.ts';

describe('5.1.2 access to repositories', () => {
  describe('everyone', () => {
    it.each([
      ['"*"', '*'],
      ['{ "AWS": "*" }', { AWS: '*' }],
      ['{ "AWS": ["*"] }', { AWS: ['*'] }],
    ])('%s may read: fails HIGH', (_, principal) => {
      expect(judge([letPull(principal)])).toMatchObject({
        status: 'FAILED',
        reasonCode: 'PUBLIC_ACCESS',
        severity: 'HIGH',
        resource: { type: 'AwsEcrRepository', id: aRepository().arn },
      });
    });

    it.each([
      ['push', PUSH],
      ['delete', 'ecr:BatchDeleteImage'],
      ['change the policy', 'ecr:SetRepositoryPolicy'],
      ['do anything', 'ecr:*'],
      ['do anything at all', '*'],
    ])('may %s: fails CRITICAL', (_, Action) => {
      expect(judge([letPull('*', { Action })])).toMatchObject({
        reasonCode: 'PUBLIC_ACCESS',
        severity: 'CRITICAL',
      });
    });

    it('is granted access by a NotAction too', () => {
      const { Action: _, ...statement } = letPull('*');

      expect(judge([{ ...statement, NotAction: 'ecr:DeleteRepository' }])).toMatchObject({
        reasonCode: 'PUBLIC_ACCESS',
        severity: 'CRITICAL',
      });
    });

    it('is confined by aws:PrincipalOrgID of the organization', () => {
      const verdict = judge([letPull({ AWS: '*' }, { Condition: ORGANIZATION })]);

      expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'POLICY_CONFINED' });
    });

    it('is not confined by a condition that everyone can fulfil', () => {
      const Condition = { StringLike: { 'aws:PrincipalOrgID': '*' } };

      expect(judge([letPull({ AWS: '*' }, { Condition })]).reasonCode).toBe('PUBLIC_ACCESS');
    });

    it.each([
      ['the tags of whoever comes', { StringEquals: { 'aws:PrincipalTag/team': 'shop' } }],
      ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }],
      [
        'an organization, if there is one',
        { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      ],
      ['not being one organization', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }],
    ])('is not confined by %s', (_, Condition) => {
      expect(judge([letPull({ AWS: '*' }, { Condition })]).reasonCode).toBe('PUBLIC_ACCESS');
    });

    it('is neutralised by a Deny of everyone outside the organization', () => {
      const outsiders = {
        Effect: 'Deny',
        Principal: '*',
        Action: 'ecr:*',
        Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      };

      expect(judge([letPull({ AWS: '*' }), outsiders]).reasonCode).toBe('POLICY_CONFINED');
    });

    it('is neutralised by a Deny of everyone', () => {
      const everyone = { Effect: 'Deny', Principal: '*', Action: 'ecr:*' };

      expect(judge([letPull({ AWS: '*' }), everyone])).toMatchObject({
        reasonCode: 'POLICY_CONFINED',
        reason: 'The policy grants access to nobody.',
      });
    });

    it('is not neutralised by a Deny of other actions', () => {
      const deletion = { Effect: 'Deny', Principal: '*', Action: 'ecr:DeleteRepository' };

      expect(judge([letPull({ AWS: '*' }), deletion]).reasonCode).toBe('PUBLIC_ACCESS');
    });

    it.each<[string, RawStatement]>([
      ['an account', { 'aws:PrincipalAccount': STRANGER }],
      ['an organization', { 'aws:PrincipalOrgID': 'o-theirs1234' }],
      ['a role', { 'aws:PrincipalArn': `arn:aws:iam::${STRANGER}:role/ci` }],
    ])('is a stranger by the name of %s, whatever VPC endpoint requests come through', (_, caller) => {
      const endpoint = { 'aws:SourceVpce': 'vpce-0a' };
      const write = { Principal: '*', Effect: 'Allow', Action: 'ecr:PutImage' };
      const elsewhere = { ...write, Effect: 'Deny', Condition: { StringNotEquals: endpoint } };

      expect(judge([{ ...write, Condition: { StringEquals: { ...caller, ...endpoint } } }]).reasonCode).toBe(
        'EXTERNAL_WRITE',
      );
      expect(judge([{ ...write, Condition: { StringEquals: caller } }, elsewhere]).reasonCode).toBe(
        'EXTERNAL_WRITE',
      );
    });

    it.each([
      ['StringLike', `arn:*:iam::${ACCOUNT}:role/*`, 'PUBLIC_ACCESS'],
      ['StringLike', `arn:aws*:iam::${ACCOUNT}:role/*`, 'PUBLIC_ACCESS'],
      ['StringLike', `arn:aws:iam:?:${ACCOUNT}:role/*`, 'PUBLIC_ACCESS'],
      ['StringLike', `arn:aws:iam::${ACCOUNT}:role/*`, 'POLICY_CONFINED'],
      ['ArnLike', `arn:*:iam::${ACCOUNT}:role/*`, 'POLICY_CONFINED'],
      ['ArnEquals', `arn:*:iam:*:${ACCOUNT}:*`, 'POLICY_CONFINED'],
    ])('with %s of %s: %s', (operator, pattern, code) => {
      const Condition = { [operator]: { 'aws:PrincipalArn': pattern } };

      expect(judge([letPull('*', { Condition })]).reasonCode).toBe(code);
    });

    it('is confined by a VPC endpoint', () => {
      const Condition = { StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d' } };

      expect(judge([letPull({ AWS: '*' }, { Condition })]).reasonCode).toBe('POLICY_CONFINED');
    });

    it('is an outside account once confined to it', () => {
      const Condition = { StringEquals: { 'aws:PrincipalAccount': STRANGER } };

      expect(judge([letPull({ AWS: '*' }, { Condition })]).reasonCode).toBe('EXTERNAL_READ');
    });
  });

  describe('an account outside the organization', () => {
    it('may read: fails MEDIUM', () => {
      const verdict = judge([letPull(root(STRANGER))]);

      expect(verdict).toMatchObject({ status: 'FAILED', reasonCode: 'EXTERNAL_READ', severity: 'MEDIUM' });
      expect(verdict.reason).toContain(STRANGER);
    });

    it('may read and is trusted: passes', () => {
      const settings = { trustedAccounts: [STRANGER] };

      expect(judge([letPull(root(STRANGER))], { settings }).reasonCode).toBe('POLICY_CONFINED');
    });

    it.each([[[]], [[STRANGER]]])('may write: fails HIGH, though trusted are %j', (trustedAccounts) => {
      const verdict = judge([letPull(root(STRANGER), { Action: PUSH })], { settings: { trustedAccounts } });

      expect(verdict).toMatchObject({ status: 'FAILED', reasonCode: 'EXTERNAL_WRITE', severity: 'HIGH' });
    });

    it('is told by one of its roles as well', () => {
      const role = { AWS: `arn:aws:iam::${STRANGER}:role/ci` };

      expect(judge([letPull(role)]).reasonCode).toBe('EXTERNAL_READ');
    });

    it('is told by the organization it belongs to', () => {
      const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' } };

      expect(judge([letPull('*', { Condition })]).reasonCode).toBe('EXTERNAL_READ');
    });
  });
});
