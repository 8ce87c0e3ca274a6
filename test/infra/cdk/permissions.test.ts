import { describe, expect, test } from 'vitest';
import { permissionsFor } from '../../../infra/cdk/action-resources.ts';
import { AUDITOR, aConfig, type Statement, statementsOf, synthesized } from './synthesized.ts';

const { auditor, templates, member } = synthesized();
const everyStatement = [...templates.values(), member].flatMap(statementsOf);
const allowed = everyStatement.filter((one) => one.effect === 'Allow');

/** What the role of a function may do. */
function permissionsOf(name: string): readonly Statement[] {
  return statementsOf(auditor).filter((one) => one.policy.startsWith(`${name}AccessPolicy`));
}

test('there are policies to look at', () => {
  expect(allowed.length).toBeGreaterThan(50);
});

test('no statement allows actions by a wildcard', () => {
  const wild = allowed.filter((one) => one.actions.some((action) => action.includes('*')));

  expect(wild).toEqual([]);
});

test('no statement but a denial is about all actions but some', () => {
  const json = JSON.stringify([...templates.values()].map((one) => one.toJSON()));

  expect(json).not.toContain('NotAction');
  expect(json).not.toContain('NotResource');
});

test('no role has an inline or a managed policy of AWS', () => {
  const roles = Object.values(auditor.findResources('AWS::IAM::Role'));

  for (const { Properties: role } of roles) {
    expect(role.Policies).toBeUndefined();
    expect(JSON.stringify(role.ManagedPolicyArns ?? [])).not.toContain(':iam::aws:policy/');
  }
  auditor.resourceCountIs('AWS::IAM::Policy', 0);
});

describe('the audit function', () => {
  test('may assume the member role of the organization’s accounts, and no other role', () => {
    const assuming = permissionsOf('Audit').filter((one) => one.actions.includes('sts:AssumeRole'));

    expect(assuming).toEqual([
      expect.objectContaining({
        actions: ['sts:AssumeRole'],
        resources: ['arn:aws:iam::*:role/EksAuditorMember'],
        conditions: { StringEquals: { 'aws:ResourceOrgID': 'o-a1b2c3d4e5' } },
      }),
    ]);
  });

  test('may set session tags only when there are some', () => {
    const config = aConfig({ role: { sessionTags: { team: 'security' } } });
    const tagged = statementsOf(synthesized(config).auditor).flatMap((one) => one.actions);

    expect(tagged).toContain('sts:TagSession');
    expect(permissionsOf('Audit').flatMap((one) => one.actions)).not.toContain('sts:TagSession');
  });

  test('writes nothing of a run but results of accounts', () => {
    const writing = permissionsOf('Audit').filter((one) => one.actions.includes('s3:PutObject'));

    expect(writing.flatMap((one) => one.resources)).toEqual([
      expect.stringMatching(/"\/runs\/\*\/accounts\/\*"/),
    ]);
  });
});

test('only the audit function may reach into other accounts or Security Hub', () => {
  const others = ['Plan', 'Report'].flatMap(permissionsOf).flatMap((one) => one.actions);

  expect(others.filter((action) => /^(sts|securityhub|iam|eks):/.test(action))).toEqual([]);
});

test('the state machine invokes these functions and starts itself, and nothing else', () => {
  const statements = statementsOf(auditor).filter((one) => one.policy.startsWith('RunAccessPolicy'));
  const resourcesOf = (action: string) =>
    statements.filter((one) => one.actions.includes(action)).flatMap((one) => one.resources);

  expect(resourcesOf('lambda:InvokeFunction')).toEqual([
    expect.stringContaining('AuditFunction'),
    expect.stringContaining('PlanFunction'),
    expect.stringContaining('ReportFunction'),
  ]);
  expect(resourcesOf('states:StartExecution')).toEqual([
    `arn:aws:states:eu-west-1:${AUDITOR}:stateMachine:eks-auditor`,
  ]);
});

test('an action whose resources are not known is not granted on everything instead', () => {
  const account = { partition: 'aws', account: AUDITOR };

  expect(() => permissionsFor(['eks:DescribeCluster', 'eks:DoSomethingNew'], account)).toThrow(
    /eks:DoSomethingNew: add to ACTIONS_BY_RESOURCE/,
  );
});
