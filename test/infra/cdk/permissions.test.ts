import { describe, expect, test } from 'vitest';
import documented from '../../../docs/permissions.json' with { type: 'json' };
import { permissionsFor } from '../../../infra/cdk/action-resources.ts';
import { documentPermissions } from '../../../infra/cdk/generate-permissions.ts';
import {
  AUDITOR,
  aConfig,
  aConfigIn,
  propertiesOf,
  type Statement,
  statementsOf,
  synthesized,
  withoutValidation,
} from './synthesized.ts';

const { auditor, templates, member } = synthesized();
const everyStatement = [...templates.values(), member].flatMap(statementsOf);
const allowed = everyStatement.filter((statement) => statement.effect === 'Allow');

/** The statements of a function's role. */
function permissionsOf(name: string): readonly Statement[] {
  return statementsOf(auditor).filter((statement) => statement.policy.startsWith(`${name}AccessPolicy`));
}

/** The most characters of a policy as IAM gets it: an ARN of the stack has no more than these. */
function lengthOf(policy: unknown): number {
  const arn = 'x'.repeat(90);
  const json = JSON.stringify(policy)
    .replaceAll('{"Ref":"AWS::AccountId"}', AUDITOR)
    .replaceAll(/\{"(Ref":"[^"]*"|Fn::GetAtt":\[[^\]]*\])\}/g, arn);
  return json.replaceAll(/\{"Fn::Join":\["",\[([^\]]*)\]\]\}/g, (_, parts) =>
    parts.replaceAll(/",|,"|[",]/g, ''),
  ).length;
}

test('the stacks have policies', () => {
  expect(allowed.length).toBeGreaterThan(50);
});

test('no statement allows actions with wildcards', () => {
  const wildcards = allowed.filter((statement) => statement.actions.some((action) => action.includes('*')));

  expect(wildcards).toEqual([]);
});

test('no statement has NotAction or NotResource', () => {
  const json = JSON.stringify([...templates.values()].map((template) => template.toJSON()));

  expect(json).not.toContain('NotAction');
  expect(json).not.toContain('NotResource');
});

test('no policy is longer than IAM allows, however long names are', () => {
  const name = `${'path/'.repeat(10)}${'R'.repeat(64)}`;
  const config = {
    ...aConfigIn('us-gov-west-1', {
      vpc: { subnets: ['subnet-0a1b2c3d4e5f60718'], securityGroups: ['sg-0a1b2c3d4e5f60718'] },
    }),
    role: {
      name,
      accessName: `${name.slice(0, -1)}A`,
      externalId: 'a-secret',
      sessionTags: { team: 'security' },
    },
    kubernetes: { enabled: true, access: 'managed' },
  };
  const { auditor: largest, member: ofMember } = synthesized(config);
  const policies = [largest, ofMember].flatMap((stack) => propertiesOf(stack, 'AWS::IAM::ManagedPolicy'));
  const lengths = policies.map(({ PolicyDocument }) => lengthOf(PolicyDocument));

  expect(lengths.length).toBeGreaterThan(7);
  for (const length of lengths) expect(length).toBeLessThanOrEqual(6_144);
});

test('no role has an inline policy or a policy that AWS manages', () => {
  const roles = Object.values(auditor.findResources('AWS::IAM::Role'));

  for (const { Properties: role } of roles) {
    expect(role.Policies).toBeUndefined();
    expect(JSON.stringify(role.ManagedPolicyArns ?? [])).not.toContain(':iam::aws:policy/');
  }
  auditor.resourceCountIs('AWS::IAM::Policy', 0);
});

describe('the audit function', () => {
  test('may assume the member role of the organization’s accounts, and no other role', () => {
    const assuming = permissionsOf('Audit').filter((statement) =>
      statement.actions.includes('sts:AssumeRole'),
    );

    expect(assuming).toEqual([
      expect.objectContaining({
        actions: ['sts:AssumeRole'],
        resources: ['arn:aws:iam::*:role/EksAuditorMember'],
        conditions: { StringEquals: { 'aws:ResourceOrgID': 'o-a1b2c3d4e5' } },
      }),
    ]);
  });

  test('may set session tags only when some are configured', () => {
    const config = aConfig({ role: { sessionTags: { team: 'security' } } });
    const tagged = statementsOf(synthesized(config).auditor).flatMap((statement) => statement.actions);

    expect(tagged).toContain('sts:TagSession');
    expect(permissionsOf('Audit').flatMap((statement) => statement.actions)).not.toContain('sts:TagSession');
  });

  test('writes only what is left and kept of accounts', () => {
    const writing = permissionsOf('Audit').filter((statement) => statement.actions.includes('s3:PutObject'));

    expect(writing.flatMap((statement) => statement.resources)).toEqual([
      expect.stringMatching(/"\/accounts\/\*\/state\.json"/),
      expect.stringMatching(/"\/runs\/\*\/accounts\/\*"/),
      expect.stringMatching(/"\/runs\/\*\/checkpoints\/\*"/),
    ]);
  });
});

test('only the audit function has access to other accounts and findings', () => {
  const others = ['Plan', 'Report'].flatMap(permissionsOf).flatMap((statement) => statement.actions);

  expect(others.filter((action) => /^(sts|securityhub|iam|eks):/.test(action))).toEqual([
    'securityhub:ListFindingAggregators',
    'securityhub:GetFindingAggregator',
  ]);
});

test('the state machine invokes these functions and starts itself, and nothing else', () => {
  const statements = statementsOf(auditor).filter((statement) =>
    statement.policy.startsWith('RunAccessPolicy'),
  );
  const resourcesOf = (action: string) =>
    statements
      .filter((statement) => statement.actions.includes(action))
      .flatMap((statement) => statement.resources);

  expect(resourcesOf('lambda:InvokeFunction')).toEqual([
    expect.stringContaining('AuditFunction'),
    expect.stringContaining('PlanFunction'),
    expect.stringContaining('ReportFunction'),
  ]);
  expect(resourcesOf('states:StartExecution')).toEqual([
    `arn:aws:states:eu-west-1:${AUDITOR}:stateMachine:eks-auditor`,
  ]);
});

test('an action without known resources is rejected instead of granted on all', () => {
  const account = { partition: 'aws', account: AUDITOR };

  expect(() => permissionsFor(['eks:DescribeCluster', 'eks:DoSomethingNew'], account)).toThrow(
    /eks:DoSomethingNew: add to ACTIONS_BY_RESOURCE/,
  );
});

test('docs/permissions.json tells what the roles may do; see npm run generate', () => {
  expect(documented).toEqual(withoutValidation(() => JSON.parse(documentPermissions())));
});

test('every service that a policy names acts for this account, or for what the stack has', () => {
  const ofServices = everyStatement.filter(
    ({ effect, principal }) => effect === 'Allow' && JSON.stringify(principal ?? '').includes('Service'),
  );

  expect(ofServices.length).toBeGreaterThan(14);
  expect(
    ofServices
      .filter(
        ({ conditions }) => !/aws:Source(Account|Arn)|aws:logs:arn/.test(JSON.stringify(conditions ?? '')),
      )
      .map(({ policy }) => policy),
  ).toEqual([]);
});

test('keys are used by way of a service only', () => {
  const roles = allowed.filter(
    ({ policy, actions }) =>
      policy.includes('Policy') &&
      actions.some((action) => action.startsWith('kms:') && action !== 'kms:DescribeKey'),
  );

  expect(roles.length).toBeGreaterThan(4);
  for (const { conditions } of roles)
    expect(JSON.stringify(conditions)).toMatch(/"kms:ViaService":"(s3|sns)\.eu-west-1\.\*"/);
});

test('only the map’s results are written in parts', () => {
  const inParts = allowed.filter(({ actions }) => actions.includes('s3:AbortMultipartUpload'));

  expect(inParts.map(({ resources }) => resources.length)).toEqual([1]);
  expect(inParts[0]?.resources[0]).toContain('/runs/*/map/*');
});

test('logs are delivered by a policy of the stack, which nobody may change', () => {
  const actions = allowed.flatMap((statement) => statement.actions);
  const [policy] = propertiesOf(auditor, 'AWS::Logs::ResourcePolicy');

  expect(actions).not.toContain('logs:PutResourcePolicy');
  expect(JSON.stringify(policy)).toContain('delivery.logs.amazonaws.com');
  expect(JSON.stringify(policy)).toContain('aws:SourceAccount');
  const [machine] = Object.values(auditor.findResources('AWS::StepFunctions::StateMachine'));
  expect(machine?.DependsOn).toContainEqual(expect.stringMatching(/^RunLogDelivery/));
});

test.each([
  ['AWS::Lambda::Function', ['CKV_AWS_115', 'CKV_AWS_116', 'CKV_AWS_117', 'CKV_AWS_173']],
  ['AWS::S3::Bucket', ['CKV_AWS_18']],
  ['AWS::SQS::Queue', ['CKV_AWS_27']],
])('what checkov finds of %s is acknowledged with a reason', (type, ids) => {
  const resources = Object.values(auditor.findResources(type));

  expect(resources.length).toBeGreaterThan(0);
  for (const { Metadata } of resources) {
    expect(Metadata.checkov.skip.map(({ id }: { readonly id: string }) => id).toSorted()).toEqual(ids);
    for (const { comment } of Metadata.checkov.skip) expect(comment).toMatch(/\.$/);
  }
});
