import { PAYMENTS, REGION, SHOP } from '../harness.ts';
import { type Scenario, scenario, testScenarios } from './scenario.ts';

const region = REGION;
const UNKNOWN_ACCOUNT = '999988887777';
const PARTNER = '888877776666';
const OURS = 'o-exampleorg';
const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

function allow(Principal: unknown, more: object = {}) {
  return { Effect: 'Allow', Principal, Action: PULL, ...more };
}

function deny(Principal: unknown, more: object = {}) {
  return { Effect: 'Deny', Principal, Action: 'ecr:*', ...more };
}

function withPolicy(...statements: object[]): Scenario['add'] {
  const Statement = statements.length === 1 ? statements[0] : statements;
  return (account, name) =>
    account.repository(name, { region, policy: { Version: '2012-10-17', Statement } });
}

const when = (Condition: object) => ({ Condition });

await testScenarios(
  'ecr-access',
  [
    scenario('no policy', 'PASSED NO_POLICY', (account, name) => account.repository(name, { region })),
    scenario(
      'a user of its own account',
      'PASSED POLICY_CONFINED',
      withPolicy(allow({ AWS: `arn:aws:iam::${PAYMENTS}:user/ann` })),
    ),
    scenario('everyone who may pull', 'FAILED HIGH PUBLIC_ACCESS', withPolicy(allow({ AWS: '*' }))),
    scenario(
      'everyone in a list, who may push',
      'FAILED CRITICAL PUBLIC_ACCESS',
      withPolicy(allow({ AWS: [SHOP, '*'] }, { Action: ['ECR:putimage'] })),
    ),
    scenario(
      'everyone but one, by NotPrincipal',
      'FAILED HIGH PUBLIC_ACCESS',
      withPolicy({ Effect: 'Allow', NotPrincipal: { AWS: UNKNOWN_ACCOUNT }, Action: 'ecr:BatchGetImage' }),
    ),
    scenario(
      'everyone of the organization',
      'PASSED POLICY_CONFINED',
      withPolicy(
        allow({ AWS: '*' }, { Action: 'ecr:*', ...when({ StringEquals: { 'AWS:PrincipalOrgId': [OURS] } }) }),
      ),
    ),
    scenario(
      'everyone of the organization, or of none',
      'FAILED HIGH PUBLIC_ACCESS',
      withPolicy(allow('*', when({ StringEqualsIfExists: { 'aws:PrincipalOrgID': OURS } }))),
    ),
    scenario(
      'everyone of the organization by IfExists, with the key required to exist',
      'PASSED POLICY_CONFINED',
      withPolicy(
        allow(
          '*',
          when({
            StringEqualsIfExists: { 'aws:PrincipalOrgID': OURS },
            Null: { 'aws:PrincipalOrgID': 'false' },
          }),
        ),
      ),
    ),
    scenario(
      'everyone of any organization',
      'FAILED HIGH PUBLIC_ACCESS',
      withPolicy(allow('*', when({ StringLike: { 'aws:PrincipalOrgID': 'o-*' } }))),
    ),
    scenario(
      'another organization',
      'FAILED MEDIUM EXTERNAL_READ',
      withPolicy(allow('*', when({ StringEquals: { 'aws:PrincipalOrgID': 'o-someoneelse' } }))),
    ),
    scenario(
      'everyone whose organizations, if any, are this one',
      'FAILED HIGH PUBLIC_ACCESS',
      withPolicy(allow('*', when({ 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': OURS } }))),
    ),
    scenario(
      'every user of that name',
      'FAILED HIGH PUBLIC_ACCESS',
      withPolicy(allow('*', when({ StringEquals: { 'aws:username': 'puller' } }))),
    ),
    scenario(
      'everyone from an address',
      'FAILED HIGH PUBLIC_ACCESS',
      withPolicy(allow('*', when({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }))),
    ),
    scenario(
      'everyone through a VPC endpoint',
      'PASSED POLICY_CONFINED',
      withPolicy(allow('*', when({ StringEquals: { 'aws:SourceVpce': 'vpce-0a' } }))),
    ),
    scenario(
      'everyone, and a Deny of all outside the organization',
      'PASSED POLICY_CONFINED',
      withPolicy(allow('*'), deny('*', when({ StringNotEquals: { 'aws:PrincipalOrgID': OURS } }))),
    ),
    scenario(
      'everyone, and a Deny of all outside it but for pulling',
      'FAILED HIGH PUBLIC_ACCESS',
      withPolicy(
        allow('*'),
        deny('*', { Action: 'ecr:Put*', ...when({ StringNotEquals: { 'aws:PrincipalOrgID': OURS } }) }),
      ),
    ),
    scenario(
      'everyone, and a Deny of plain HTTP',
      'FAILED HIGH PUBLIC_ACCESS',
      withPolicy(allow('*'), deny('*', when({ Bool: { 'aws:SecureTransport': 'false' } }))),
    ),
    scenario(
      'everyone, and a Deny of all but one account',
      'PASSED POLICY_CONFINED',
      withPolicy(allow('*'), {
        Effect: 'Deny',
        NotPrincipal: { AWS: `arn:aws:iam::${SHOP}:root` },
        Action: '*',
      }),
    ),
    scenario(
      'an account of the organization, which may push',
      'PASSED POLICY_CONFINED',
      withPolicy(allow({ AWS: `arn:aws:iam::${SHOP}:root` }, { Action: 'ecr:*' })),
    ),
    scenario(
      'an unknown account that may pull',
      'FAILED MEDIUM EXTERNAL_READ',
      withPolicy(allow({ AWS: `arn:aws:iam::${UNKNOWN_ACCOUNT}:role/ci` })),
    ),
    scenario(
      'an unknown account that may set the policy',
      'FAILED HIGH EXTERNAL_WRITE',
      withPolicy(allow({ AWS: UNKNOWN_ACCOUNT }, { Action: 'ecr:SetRepositoryPolicy' })),
    ),
    scenario(
      'an unknown account that may do everything but push',
      'FAILED HIGH EXTERNAL_WRITE',
      withPolicy(allow({ AWS: UNKNOWN_ACCOUNT }, { Action: undefined, NotAction: 'ecr:PutImage' })),
    ),
    scenario('a trusted account that pulls', 'PASSED POLICY_CONFINED', withPolicy(allow({ AWS: PARTNER }))),
    scenario(
      'a trusted account that deletes',
      'FAILED HIGH EXTERNAL_WRITE',
      withPolicy(allow({ AWS: PARTNER }, { Action: ['ecr:BatchGetImage', 'ecr:BatchDelete*'] })),
    ),
    scenario(
      'an unknown account, on condition that it is in the organization',
      'PASSED POLICY_CONFINED',
      withPolicy(allow({ AWS: UNKNOWN_ACCOUNT }, when({ StringEquals: { 'aws:PrincipalOrgID': OURS } }))),
    ),
    scenario(
      'an unknown account that may pull, and everyone',
      'FAILED HIGH PUBLIC_ACCESS EXTERNAL_READ',
      withPolicy(allow({ AWS: UNKNOWN_ACCOUNT }), allow('*')),
    ),
    scenario('a deleted role', 'PASSED POLICY_CONFINED', withPolicy(allow({ AWS: 'AROAABCDEFGHIJKLMNOPQ' }))),
    scenario('Lambda', 'PASSED POLICY_CONFINED', withPolicy(allow({ Service: 'lambda.amazonaws.com' }))),
    scenario('a policy that is no JSON', 'NOT_AVAILABLE EVIDENCE_UNREADABLE', (account, name) =>
      account.repository(name, { region, policy: '{"Statement": [' }),
    ),
    scenario(
      'a policy with a statement of an unknown kind',
      'NOT_AVAILABLE EVIDENCE_UNREADABLE',
      withPolicy(allow('*', { Effect: 'Maybe' })),
    ),
  ],
  { settings: { trustedAccounts: [PARTNER] } },
);

const filters = (...filter: string[]) =>
  filter.map((pattern) => ({ filter: pattern, filterType: 'WILDCARD' as const }));

function repository(scanOnPush: boolean): Scenario['add'] {
  return (account, name) => account.repository(name, { region, imageScanningConfiguration: { scanOnPush } });
}

await testScenarios(
  'ecr-image-scanning',
  [
    scenario(
      'a repository that two rules cover',
      'PASSED CONTINUOUS_SCAN',
      repository(false),
      'prod/shop/api',
    ),
    scenario(
      'a repository that a rule covers at push',
      'PASSED SCAN_ON_PUSH',
      repository(false),
      'test/shop',
    ),
    scenario('a repository that no rule covers', 'FAILED MEDIUM NOT_SCANNED', repository(false), 'base'),
    scenario(
      'a repository that no rule covers, whose own setting is ignored',
      'FAILED MEDIUM NOT_SCANNED',
      repository(true),
      'tools',
    ),
    scenario(
      'a repository that another scanner scans',
      'PASSED THIRD_PARTY_ATTESTED',
      repository(false),
      'vendor/agent',
    ),
    scenario(
      'a repository whose name begins with the name of one that another scanner scans',
      'FAILED MEDIUM NOT_SCANNED',
      repository(false),
      'vendors/agent',
    ),
  ],
  {
    settings: { thirdPartyScanners: [{ scanner: 'Trivy', repositories: ['vendor/*', 'x?'] }] },
    add: (account) =>
      account.registry({
        region,
        scanning: {
          scanType: 'ENHANCED',
          rules: [
            { scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: filters('test/*', '*/shop/*') },
            { scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: filters('nothing', 'p*d/*/a*') },
          ],
        },
      }),
  },
);

await testScenarios(
  'ecr-image-scanning',
  [
    scenario(
      'a repository of a BASIC registry with its own setting',
      'PASSED SCAN_ON_PUSH',
      repository(true),
    ),
    scenario('a repository of a BASIC registry without', 'FAILED MEDIUM NOT_SCANNED', repository(false)),
    scenario(
      'a repository of a BASIC registry that a rule covers',
      'PASSED SCAN_ON_PUSH',
      repository(false),
      'covered/one',
    ),
  ],
  {
    add: (account) =>
      account.registry({
        region,
        scanning: {
          scanType: 'BASIC',
          rules: [{ scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: filters('covered/*') }],
        },
      }),
  },
);
