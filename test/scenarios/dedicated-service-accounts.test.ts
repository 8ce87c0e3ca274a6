import type { AccountBuilder } from '../../infra/sandbox/account-builder.ts';
import { PAYMENTS, REGION } from '../harness.ts';
import { allow, document, roleArn, WORKER_POLICIES, withNodeRole } from './node-roles.ts';
import { type Scenario, scenario, testScenarios } from './scenario.ts';

const region = REGION;

const issuerOf = (name: string) => `oidc.eks.${region}.amazonaws.com/id/${name.toUpperCase()}`;

/** A cluster with IRSA, and a role whose trust has this condition. */
function trusting(condition: (issuer: string) => object, more: object = {}): Scenario['add'] {
  return (account, name) => irsa(account, name, { Condition: condition(issuerOf(name)), ...more });
}

function irsa(account: AccountBuilder, name: string, ...statements: object[]) {
  const Federated = `arn:aws:iam::${PAYMENTS}:oidc-provider/${issuerOf(name)}`;
  const trust = { Effect: 'Allow', Principal: { Federated }, Action: 'sts:AssumeRoleWithWebIdentity' };
  return account
    .cluster(name, { region, identity: { oidc: { issuer: `https://${issuerOf(name)}` } } })
    .oidcProvider(issuerOf(name))
    .role(`${name}-app`, { trust: document(...statements.map((statement) => ({ ...trust, ...statement }))) });
}

function withTemplate(data: object, nodegroup: object = {}): Scenario['add'] {
  return (account, name) =>
    account.launchTemplate(`lt-${name}`, { region, versions: [{}, data] }).cluster(name, {
      region,
      nodegroups: [{ launchTemplate: { id: `lt-${name}`, version: '2' }, ...nodegroup }],
    });
}

/** A node role on nodes whose credentials pods reach, and pods with identities of their own. */
function inReach(
  role: Parameters<typeof withNodeRole>[0],
  amiType: 'BOTTLEROCKET_x86_64' | 'WINDOWS_CORE_2022_x86_64' = 'BOTTLEROCKET_x86_64',
): Scenario['add'] {
  return withNodeRole(role, {
    nodegroups: [{ nodegroupName: 'workers', amiType }],
    podIdentityAssociations: [{ namespace: 'shop' }],
    addons: ['eks-pod-identity-agent'],
  });
}

/** A role for nodes that are no node group’s. */
function forNodesOf(type: string, inline: object): Scenario['add'] {
  return (account, name) =>
    account.role(`${name}-node`, { inline: { x: inline } }).cluster(name, {
      region,
      accessEntries: [{ principalArn: roleArn(`${name}-node`), type }],
    });
}

const APP = 'system:serviceaccount:shop:api';
const OVERPRIVILEGED = 'FAILED HIGH NODE_ROLE_OVERPRIVILEGED';
const UNCONFINED = 'FAILED HIGH IRSA_TRUST_UNCONFINED';
const NODE_CREDENTIALS = 'FAILED MEDIUM NODE_CREDENTIALS_ONLY';

await testScenarios(
  'dedicated-service-accounts',
  [
    scenario(
      'nodes whose credentials pods cannot reach',
      'PASSED NO_POD_AWS_ACCESS',
      withNodeRole({ attached: WORKER_POLICIES }),
    ),
    scenario(
      'a node with storage besides',
      OVERPRIVILEGED,
      inReach({ attached: [...WORKER_POLICIES, 'AWS/AmazonS3ReadOnlyAccess'] }),
    ),
    scenario(
      'a node that may describe all of EC2',
      OVERPRIVILEGED,
      inReach({ inline: { x: document(allow('ec2:Describe*')) } }),
    ),
    scenario(
      'a node with something that the configuration adds',
      'PASSED NO_POD_AWS_ACCESS',
      withNodeRole({ inline: { x: document(allow(['ec2:describeinstances', 'route53:ListHostedZones'])) } }),
    ),
    scenario(
      'a node with storage that is denied',
      'PASSED NO_POD_AWS_ACCESS',
      withNodeRole({ inline: { x: document(allow('s3:*'), { ...allow('s3:*'), Effect: 'Deny' }) } }),
    ),
    scenario(
      'a node with storage besides, whose credentials pods cannot reach',
      'PASSED NO_POD_AWS_ACCESS',
      withNodeRole({ attached: [...WORKER_POLICIES, 'AWS/AmazonS3ReadOnlyAccess'] }),
    ),
    scenario(
      'a node that is patched, scanned and watched, by AWS’s policies',
      'PASSED DEDICATED_IDENTITIES',
      inReach({
        attached: WORKER_POLICIES,
        inline: {
          agents: document(
            allow(['ssm:GetPatchBaseline', 'tag:GetResources', 'inspector2:StartCisSession']),
            allow([
              'ecr-public:GetAuthorizationToken',
              'sts:GetServiceBearerToken',
              'cloudwatch:PutMetricData',
            ]),
            allow('s3:GetObject', { Resource: `arn:aws:s3:::patch-baseline-snapshot-${region}/*` }),
          ),
        },
      }),
    ),
    scenario(
      'a node that reads any bucket as if to be patched',
      OVERPRIVILEGED,
      inReach({ attached: WORKER_POLICIES, inline: { x: document(allow('s3:GetObject')) } }),
    ),
    scenario(
      'an EC2 node with what hybrid nodes need',
      OVERPRIVILEGED,
      inReach({ inline: { x: document(allow('ssm:DeregisterManagedInstance')) } }),
    ),
    scenario(
      'a Windows node that joins a directory',
      'PASSED DEDICATED_IDENTITIES',
      inReach({ inline: { x: document(allow('ds:CreateComputer')) } }, 'WINDOWS_CORE_2022_x86_64'),
    ),
    scenario(
      'a Linux node that joins a directory',
      OVERPRIVILEGED,
      inReach({ inline: { x: document(allow('ds:CreateComputer')) } }),
    ),
    scenario(
      'a hybrid node with storage, which has no instance metadata service',
      'PASSED NO_POD_AWS_ACCESS',
      forNodesOf('HYBRID_LINUX', document(allow(['eks:DescribeCluster', 's3:GetObject']))),
    ),
    scenario(
      'Auto Mode with storage, whose nodes answer one hop away',
      'PASSED NO_POD_AWS_ACCESS',
      forNodesOf('EC2', document(allow('s3:GetObject'))),
    ),
    scenario(
      'HyperPod by its guide',
      'PASSED NO_POD_AWS_ACCESS',
      forNodesOf(
        'HYPERPOD_LINUX',
        document(allow(['ec2:CreateNetworkInterfacePermission', 'logs:PutLogEvents'])),
      ),
    ),
    scenario(
      'HyperPod with a table besides, of whose nodes AWS says nothing',
      'NOT_AVAILABLE EVIDENCE_UNREADABLE',
      forNodesOf('HYPERPOD_LINUX', document(allow('dynamodb:GetItem'))),
    ),
    scenario(
      'a named service account',
      'PASSED DEDICATED_IDENTITIES',
      trusting((issuer) => ({
        StringEquals: { [`${issuer}:sub`]: [APP, `${APP}-2`], [`${issuer}:aud`]: 'sts.amazonaws.com' },
      })),
    ),
    scenario(
      'the audience only',
      UNCONFINED,
      trusting((issuer) => ({ StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' } })),
    ),
    scenario(
      'any service account',
      UNCONFINED,
      trusting((issuer) => ({ StringLike: { [`${issuer}:sub`]: 'system:serviceaccount:*:*' } })),
    ),
    scenario(
      'any service account of a namespace',
      'PASSED DEDICATED_IDENTITIES',
      trusting((issuer) => ({
        'ForAnyValue:StringLike': { [`${issuer}:sub`]: 'system:serviceaccount:shop:*' },
      })),
    ),
    scenario(
      'a service account among which is any',
      UNCONFINED,
      trusting((issuer) => ({ StringLike: { [`${issuer}:sub`]: [APP, '*'] } })),
    ),
    scenario(
      'a service account of another cluster',
      'PASSED NO_POD_AWS_ACCESS',
      trusting(() => ({ StringEquals: { [`${issuerOf('other')}:sub`]: APP } })),
    ),
    scenario(
      'any service account of another cluster',
      'PASSED NO_POD_AWS_ACCESS',
      trusting(() => ({}), {
        Principal: { Federated: `arn:aws:iam::${PAYMENTS}:oidc-provider/${issuerOf('other')}` },
      }),
    ),
    scenario('a statement for a service account and another for any', UNCONFINED, (account, name) =>
      irsa(account, name, { Condition: { StringEquals: { [`${issuerOf(name)}:sub`]: APP } } }, {}),
    ),
    scenario(
      'any service account, and a Deny of all but a named one',
      'PASSED DEDICATED_IDENTITIES',
      (account, name) =>
        irsa(
          account,
          name,
          {},
          { Effect: 'Deny', Condition: { StringNotEquals: { [`${issuerOf(name)}:sub`]: APP } } },
        ),
    ),
    scenario(
      'IMDSv1',
      NODE_CREDENTIALS,
      withTemplate({ MetadataOptions: { HttpTokens: 'optional', HttpPutResponseHopLimit: 1 } }),
    ),
    scenario(
      'two hops',
      NODE_CREDENTIALS,
      withTemplate({ MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 } }),
    ),
    scenario(
      'two hops to nowhere',
      'PASSED NO_POD_AWS_ACCESS',
      withTemplate({ MetadataOptions: { HttpEndpoint: 'disabled', HttpPutResponseHopLimit: 2 } }),
    ),
    scenario('two hops beside Pod Identity', 'PASSED DEDICATED_IDENTITIES', (account, name) =>
      account
        .launchTemplate(`lt-${name}`, {
          region,
          versions: [{ MetadataOptions: { HttpPutResponseHopLimit: 2 } }],
        })
        .cluster(name, {
          region,
          nodegroups: [{ launchTemplate: { name: `lt-${name}`, version: '$Latest' } }],
          podIdentityAssociations: [{ namespace: 'shop' }],
          addons: ['eks-pod-identity-agent'],
        }),
    ),
    scenario('an instance with two hops', NODE_CREDENTIALS, (account, name) =>
      account.cluster(name, { region }).instance({
        region,
        tags: { 'eks:eks-cluster-name': name },
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2, HttpEndpoint: 'enabled' },
      }),
    ),
  ],
  { settings: { nodeRoleBaseline: ['route53:List*'] } },
);
