import { describe, expect, it } from 'vitest';
import { ACCOUNT, letPull, type RawStatement, STRANGER } from '../../../builders-iam.ts';
import { variable } from '../iam/builders.ts';
import { denyAll, FOREIGN, judge, ORGANIZATION } from './ecr-access-repositories-support.ts';

const SERVICE = 'codebuild.amazonaws.com';
const IS_SERVICE = { 'aws:PrincipalIsAWSService': 'true' };
const IS_NONE = { 'aws:PrincipalIsAWSService': 'false' };
const write = (more: RawStatement = {}) => letPull({ Service: SERVICE }, { Action: 'ecr:PutImage', ...more });

describe('5.1.2 a service that a Deny leaves to a stranger', () => {
  it.each<[string, RawStatement]>([
    ['by his account', { StringNotEqualsIfExists: { 'aws:SourceAccount': STRANGER }, Bool: IS_SERVICE }],
    ['by his organization', { StringNotEqualsIfExists: { 'aws:SourceOrgID': FOREIGN }, Bool: IS_SERVICE }],
    [
      'by his paths, if the key exists',
      { 'ForAllValues:StringNotLike': { 'aws:SourceOrgPaths': `${FOREIGN}/*` }, BoolIfExists: IS_SERVICE },
    ],
    [
      'by his project',
      { ArnNotLike: { 'aws:SourceArn': `arn:aws:codebuild:*:${STRANGER}:project/*` }, Bool: IS_SERVICE },
    ],
    [
      'where the service says for whom it works',
      {
        StringNotEqualsIfExists: { 'aws:SourceOrgID': FOREIGN },
        Null: { 'aws:SourceAccount': 'false' },
        Bool: IS_SERVICE,
      },
    ],
    [
      'of all services by name',
      {
        StringNotEquals: { 'aws:SourceAccount': STRANGER },
        StringLike: { 'aws:PrincipalServiceName': 'code*' },
      },
    ],
    [
      'of whoever is not of our organization, which no service is',
      { StringNotEqualsIfExists: { 'aws:SourceAccount': STRANGER, 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
    ],
    [
      'of whoever does not come through our endpoint, which no service does',
      { StringNotEqualsIfExists: { 'aws:SourceAccount': STRANGER, 'aws:SourceVpce': 'vpce-1' } },
    ],
    [
      'of whoever is of our organization, if of any, which no service is',
      {
        StringNotEquals: { 'aws:SourceAccount': STRANGER },
        StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
      },
    ],
    [
      'of other accounts than ours, which no service is of',
      {
        StringNotEquals: {
          'aws:SourceAccount': STRANGER,
          'aws:ResourceAccount': variable('aws:PrincipalAccount'),
        },
      },
    ],
    [
      'by ForAnyValue, if it says for whom',
      { 'ForAnyValue:StringNotEqualsIfExists': { 'aws:SourceAccount': STRANGER } },
    ],
  ])('is the stranger: %s', (_, Condition) => {
    expect(judge([write(), denyAll(Condition)]).reasonCodes).toEqual(['EXTERNAL_WRITE']);
    const services = { ...write(), Principal: '*', Condition: { Bool: IS_SERVICE } };
    if (!JSON.stringify(Condition).includes('ServiceName')) {
      expect(judge([services, denyAll(Condition)]).reasonCodes).toEqual(['EXTERNAL_WRITE']);
    }
  });

  it('is the stranger by a Deny of that service only', () => {
    const others = { StringNotEquals: { 'aws:SourceAccount': STRANGER } };

    expect(judge([write(), denyAll(others, { Principal: { Service: SERVICE } })]).reasonCodes).toEqual([
      'EXTERNAL_WRITE',
    ]);
    expect(
      judge([write(), denyAll(others, { Principal: { Service: 'lambda.amazonaws.com' } })]).reasonCodes,
    ).toEqual(['POLICY_CONFINED']);
  });

  it.each<[string, RawStatement]>([
    ['our own account', { StringNotEqualsIfExists: { 'aws:SourceAccount': ACCOUNT }, Bool: IS_SERVICE }],
    ['no service', { StringNotEqualsIfExists: { 'aws:SourceAccount': STRANGER }, Bool: IS_NONE }],
    [
      'another service',
      {
        StringNotEquals: { 'aws:SourceAccount': STRANGER },
        StringEquals: { 'aws:PrincipalServiceName': 'ecs.amazonaws.com' },
      },
    ],
    [
      'whoever has an organization, which no service has',
      { StringNotEquals: { 'aws:SourceAccount': STRANGER }, Null: { 'aws:PrincipalOrgID': 'false' } },
    ],
    [
      'roles of an account',
      {
        StringNotEquals: { 'aws:SourceAccount': STRANGER },
        ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:*` },
      },
    ],
    [
      'what cannot be told',
      { StringNotEquals: { 'aws:SourceAccount': STRANGER }, StringEquals: { 'aws:RequestTag/a': 'b' } },
    ],
  ])('stays the service where the Deny is about %s', (_, Condition) => {
    const verdict = judge([write(), denyAll(Condition)]);

    expect(verdict.reasonCodes).toEqual(['POLICY_CONFINED']);
    expect(verdict.evidence).toEqual({ letsIn: SERVICE });
  });

  it('is the stranger whom one of two conditions names that both let others through', () => {
    const ours = { 'aws:SourceAccount': ACCOUNT };
    const theirs = { 'aws:SourceOrgID': FOREIGN };
    const bucket = { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::bucket' } };

    for (const StringEqualsIfExists of [
      { ...ours, ...theirs },
      { ...theirs, ...ours },
    ]) {
      expect(judge([write({ Condition: { StringEqualsIfExists } })]).reasonCodes).toEqual(['EXTERNAL_WRITE']);
    }
    for (const Principal of [{ Service: SERVICE }, '*']) {
      const whose = (StringEqualsIfExists: RawStatement) =>
        judge([write({ Principal, Condition: { ...bucket, StringEqualsIfExists } })]).reasonCodes;
      expect(whose(theirs)).toEqual(['EXTERNAL_WRITE']);
      expect(whose(ours)).toEqual(['POLICY_CONFINED']);
    }
  });

  it('is nobody where the Deny is of all services, or the Allow of none', () => {
    const nobody = 'The policy grants access to nobody.';

    expect(judge([write(), denyAll({ Bool: IS_SERVICE })]).reason).toBe(nobody);
    expect(judge([write({ Condition: { Bool: IS_NONE } })]).reason).toBe(nobody);
    expect(judge([write(), denyAll({ Bool: IS_NONE })]).reason).not.toBe(nobody);
    expect(judge([write({ Condition: { Bool: IS_SERVICE } })]).reason).not.toBe(nobody);
  });

  it('changes nothing for whoever else is let in', () => {
    const outsider = letPull('*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': FOREIGN } } });
    const strangersServices = denyAll({
      StringNotEqualsIfExists: { 'aws:SourceAccount': STRANGER },
      Bool: IS_SERVICE,
    });
    const outsidersAndServices = denyAll({
      StringNotEqualsIfExists: { 'aws:PrincipalOrgID': FOREIGN },
      BoolIfExists: IS_NONE,
    });

    expect(judge([letPull('*'), strangersServices]).reasonCodes).toEqual(['PUBLIC_ACCESS']);
    expect(judge([letPull('*', { Condition: ORGANIZATION }), strangersServices]).reasonCodes).toEqual([
      'POLICY_CONFINED',
    ]);
    expect(judge([outsider, denyAll({ Bool: IS_SERVICE })]).reasonCodes).toEqual(['EXTERNAL_READ']);
    expect(judge([letPull('*'), outsidersAndServices, denyAll({ Bool: IS_SERVICE })]).reasonCodes).toEqual([
      'EXTERNAL_READ',
    ]);
  });
});
