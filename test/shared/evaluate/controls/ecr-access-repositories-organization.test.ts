import { describe, expect, it } from 'vitest';
import { absent } from '../../../../shared/model/evidence.ts';
import { denied } from '../../../builders.ts';
import {
  ACCOUNT,
  anOrganization,
  letPull,
  PUSH,
  type RawStatement,
  SIBLING,
  STRANGER,
} from '../../../builders-iam.ts';
import { variable } from '../iam/builders.ts';
import { FOREIGN, judge, ORGANIZATION, OURS, root } from './ecr-access-repositories-support.ts';

const PARTNER = 'o-partner123';
const UNIT = `${PARTNER}/r-ab12/ou-ab12-11111111/*`;
const inOrganization = (id: string) => ({ StringEquals: { 'aws:PrincipalOrgID': id } });
const inUnit = (path: string) => ({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': path } });

describe('5.1.2 a trusted organization', () => {
  const settings = { trustedOrganizations: [PARTNER] };

  it.each<[string, RawStatement]>([
    ['its id', inOrganization(PARTNER)],
    ['one of its paths', inUnit(UNIT)],
    ['the services that work for it', { StringEquals: { 'aws:SourceOrgID': PARTNER } }],
  ])('may read, by %s, and not write', (_, Condition) => {
    expect(judge([letPull('*', { Condition })]).reasonCode).toBe('EXTERNAL_READ');
    expect(judge([letPull('*', { Condition })], { settings }).reasonCode).toBe('POLICY_CONFINED');
    expect(judge([letPull('*', { Condition, Action: PUSH })], { settings }).reasonCode).toBe(
      'EXTERNAL_WRITE',
    );
  });

  it('may read where a service works for it', () => {
    const Condition = { StringEquals: { 'aws:SourceOrgID': PARTNER } };
    const service = letPull({ Service: 'codebuild.amazonaws.com' }, { Condition });

    expect(judge([service]).reasonCode).toBe('EXTERNAL_READ');
    expect(judge([service], { settings }).reasonCode).toBe('POLICY_CONFINED');
  });

  it('trusts no other one, nor an account that may not be in it', () => {
    expect(
      judge([letPull('*', { Condition: inOrganization('o-zzzzzzzzzz') })], { settings }).reasonCode,
    ).toBe('EXTERNAL_READ');
    expect(judge([letPull(root(STRANGER))], { settings }).reasonCode).toBe('EXTERNAL_READ');
    expect(
      judge([letPull(root(STRANGER), { Condition: inOrganization(PARTNER) })], { settings }).reasonCode,
    ).toBe('POLICY_CONFINED');
  });

  it('is trusted in the OUs of trustedOrganizationalUnits only', () => {
    const units = { settings: { trustedOrganizationalUnits: [UNIT] } };
    const below = UNIT.replace('*', 'ou-ab12-22222222/*');

    expect(judge([letPull('*', { Condition: inUnit(UNIT) })], units).reasonCode).toBe('POLICY_CONFINED');
    expect(judge([letPull('*', { Condition: inUnit(below) })], units).reasonCode).toBe('POLICY_CONFINED');
    expect(judge([letPull('*', { Condition: inUnit(`${PARTNER}/*`) })], units).reasonCode).toBe(
      'EXTERNAL_READ',
    );
    expect(judge([letPull('*', { Condition: inOrganization(PARTNER) })], units).reasonCode).toBe(
      'EXTERNAL_READ',
    );
    expect(judge([letPull('*', { Condition: inUnit(UNIT), Action: PUSH })], units).reasonCode).toBe(
      'EXTERNAL_WRITE',
    );
  });
});

describe('5.1.2 an organization whose id cannot be read', () => {
  const organization = anOrganization({ id: denied('organizations:DescribeOrganization') });

  it.each<[string, RawStatement]>([
    ['its id', ORGANIZATION],
    ['one of its paths', inUnit('o-a1b2c3d4e5/r-ab12/*')],
    ['the resource’s organization', { StringEquals: { 'aws:ResourceOrgID': 'o-a1b2c3d4e5' } }],
    ['the services that work for it', { StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } }],
  ])('leaves a policy that is confined by %s unjudged, naming the operation', (_, Condition) => {
    const verdict = judge([letPull('*', { Condition, Action: PUSH })], { organization });

    expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCode: 'EVIDENCE_UNREADABLE' });
    expect(verdict.reason).toContain('organizations:DescribeOrganization failed with AccessDeniedException');
    expect(verdict.reason).toContain('organization o-a1b2c3d4e5');
  });

  it.each<[string, RawStatement, string]>([
    ['public anyway', letPull('*'), 'PUBLIC_ACCESS'],
    ['for a known outsider', letPull(root(STRANGER)), 'EXTERNAL_READ'],
    ['for an account of it', letPull(root(SIBLING), { Action: PUSH }), 'POLICY_CONFINED'],
    ['for an account of it, and it', letPull(root(SIBLING), { Condition: ORGANIZATION }), 'POLICY_CONFINED'],
    [
      'for its own account by a condition',
      letPull('*', { Condition: { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } } }),
      'POLICY_CONFINED',
    ],
    [
      'for the organization of the resource',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
      letPull('*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': '${aws:ResourceOrgID}' } } }),
      'POLICY_CONFINED',
    ],
    [
      'for nobody, whatever it is',
      letPull('*', {
        Condition: {
          StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5', 'aws:ResourceAccount': STRANGER },
        },
      }),
      'POLICY_CONFINED',
    ],
  ])('does not matter to a statement that is %s', (_, statement, code) => {
    expect(judge([statement], { organization }).reasonCodes).toEqual([code]);
  });

  it('does not hide what is public or for a known outsider', () => {
    const confined = letPull('*', { Condition: ORGANIZATION });

    expect(judge([confined, letPull('*')], { organization }).reasonCodes).toEqual([
      'PUBLIC_ACCESS',
      'EVIDENCE_UNREADABLE',
    ]);
    expect(judge([confined, letPull(root(STRANGER))], { organization }).reasonCodes).toEqual([
      'EXTERNAL_READ',
      'EVIDENCE_UNREADABLE',
    ]);
  });

  it('may be one that is trusted: it reads, and whether it may write is not known', () => {
    const around = { organization, settings: { trustedOrganizations: ['o-a1b2c3d4e5'] } };

    expect(judge([letPull('*', { Condition: ORGANIZATION })], around).reasonCode).toBe('POLICY_CONFINED');
    expect(judge([letPull('*', { Condition: ORGANIZATION, Action: PUSH })], around).status).toBe(
      'NOT_AVAILABLE',
    );
  });
});

describe('5.1.2 an organization whose accounts cannot be read', () => {
  const organization = anOrganization({
    accountIds: new Set([ACCOUNT]),
    membersUnreadable: denied('organizations:ListAccounts'),
  });

  it('names the operation for an account that may belong to it', () => {
    const { reason } = judge([letPull(root(SIBLING), { Action: PUSH })], { organization });

    expect(reason).toContain('organizations:ListAccounts failed with AccessDeniedException');
    expect(reason).toContain(`account ${SIBLING}`);
  });

  it.each<[string, RawStatement, string]>([
    ['its id', letPull('*', { Condition: ORGANIZATION, Action: PUSH }), 'POLICY_CONFINED'],
    ['the id of another', letPull('*', { Condition: inOrganization(PARTNER) }), 'EXTERNAL_READ'],
    ['an account and its id', letPull(root(SIBLING), { Condition: ORGANIZATION }), 'POLICY_CONFINED'],
    ['the own account', letPull({ AWS: ACCOUNT }, { Action: PUSH }), 'POLICY_CONFINED'],
  ])('does not matter to a statement for %s', (_, statement, code) => {
    expect(judge([statement], { organization }).reasonCodes).toEqual([code]);
  });

  it('may have a trusted account in it: it reads, and whether it may write is not known', () => {
    const around = { organization, settings: { trustedAccounts: [STRANGER] } };

    expect(judge([letPull(root(STRANGER))], around).reasonCode).toBe('POLICY_CONFINED');
    expect(judge([letPull(root(STRANGER), { Action: PUSH })], around).status).toBe('NOT_AVAILABLE');
  });

  it('and whose id cannot be read either: both operations are named', () => {
    const nothing = { ...organization, id: denied('organizations:DescribeOrganization') };
    const statements = [letPull(root(SIBLING)), letPull('*', { Condition: ORGANIZATION })];

    const { reason } = judge(statements, { organization: nothing });

    expect(reason).toContain('organizations:DescribeOrganization failed');
    expect(reason).toContain('organizations:ListAccounts failed');
  });
});

describe('5.1.2 an account without an organization', () => {
  it('has none in common with anyone', () => {
    const organization = anOrganization({ id: absent, accountIds: new Set([ACCOUNT]) });

    expect(judge([letPull('*', { Condition: ORGANIZATION })], { organization }).reasonCode).toBe(
      'EXTERNAL_READ',
    );
    expect(judge([letPull(root(SIBLING))], { organization }).reasonCode).toBe('EXTERNAL_READ');
  });
});

describe('5.1.2 a canonical user', () => {
  it('may be of any account: not judged', () => {
    const verdict = judge([letPull({ CanonicalUser: '79a59df900b949e5' }, { Action: PUSH })]);

    expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCode: 'EVIDENCE_UNREADABLE' });
    expect(verdict.reason).toContain('canonical user 79a59df900b949e5');
  });

  it('is nobody else once a condition says of which account', () => {
    const Condition = { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } };

    expect(judge([letPull({ CanonicalUser: '79a59df900b949e5' }, { Condition })]).reasonCode).toBe(
      'POLICY_CONFINED',
    );
  });
});

describe('5.1.2 resources of the caller’s organization, or of one that is named', () => {
  const resourceOf = (id: string): RawStatement =>
    letPull('*', {
      Condition: { StringEquals: { 'aws:ResourceOrgID': [variable('aws:PrincipalOrgID'), id] } },
    });
  const unknown = anOrganization({ id: denied('organizations:DescribeOrganization') });

  it.each([
    ['which is another', FOREIGN, 'POLICY_CONFINED'],
    ['which is no id', 'x', 'POLICY_CONFINED'],
    ['which is ours', OURS, 'PUBLIC_ACCESS'],
  ])('%s', (_, id, code) => {
    expect(judge([resourceOf(id)]).reasonCodes).toEqual([code]);
  });

  it('cannot be judged while the one that is named may be ours', () => {
    expect(judge([resourceOf(OURS)], { organization: unknown }).reasonCodes).toEqual(['EVIDENCE_UNREADABLE']);
    expect(judge([resourceOf('x')], { organization: unknown }).reasonCodes).toEqual(['POLICY_CONFINED']);
  });
});
