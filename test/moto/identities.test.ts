import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import {
  CreateOpenIDConnectProviderCommand,
  CreatePolicyVersionCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import type { RunResult } from '../../shared/model/run.ts';
import { gapsOf, linesOf } from '../harness.ts';
import { type Account, freshMoto, required, run } from './account.ts';
import { aNode, aSubnet, aVpc } from './ec2.ts';
import { PULL } from './ecr.ts';
import { aNodegroup, anAccountWithCluster } from './eks.ts';
import { allow, anInstanceProfile, aPolicy, aRole, aUser, managed, policy } from './iam.ts';

beforeEach(freshMoto);

describe('who can write to ECR in moto', () => {
  test('includes users, by their groups too', async () => {
    const account = await anAccountWithCluster();
    await aUser(account, 'direct', { inline: allow('ecr:PutImage') });
    await aUser(account, 'reader', { inline: allow(...PULL) });
    await aUser(account, 'grouped', { group: 'pushers' });

    const [verdict] = await ofAccount(account, run(['ecr-access']));

    expect(verdict).toMatchObject({ status: 'FAILED', reasonCode: 'USERS_CAN_WRITE' });
    expect(verdict?.evidence).toMatchObject({ users: 'direct, grouped' });
  });

  test('includes roles, as far as they were reviewed', async () => {
    const account = await anAccountWithCluster();
    await aRole(account, 'pipeline', { inline: allow('ecr:*') });
    await aRole(account, 'node', { inline: allow(...PULL) });
    const reviewing = (...ecrWriters: string[]) => run(['ecr-access'], { settings: { ecrWriters } });

    const [unreviewed] = await ofAccount(account, reviewing());
    const [approved] = await ofAccount(account, reviewing('pipe*'));
    const [unapproved] = await ofAccount(account, reviewing('somebody-else'));

    expect(unreviewed).toMatchObject({ status: 'WARNING', reasonCode: 'WRITERS_NOT_REVIEWED' });
    expect(approved).toMatchObject({ status: 'PASSED', reasonCode: 'APPROVED_WRITERS' });
    expect(unapproved).toMatchObject({ status: 'FAILED', reasonCode: 'UNAPPROVED_WRITERS' });
    expect(unapproved?.evidence).toMatchObject({ roles: 'pipeline' });
  });

  test('is nobody when a denial, a boundary or the default version of a policy says so', async () => {
    const account = await anAccountWithCluster();
    const deny = policy(
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'ecr:*', Resource: '*' },
    );
    await aRole(account, 'denied', { inline: deny });
    // moto keeps no boundaries of users.
    const boundary = await aPolicy(account, 'boundary', allow('s3:*'));
    await aRole(account, 'bound', { inline: allow('*'), boundary });
    const PolicyArn = await aPolicy(account, 'once-wide', allow('ecr:*'));
    const version = { PolicyArn, PolicyDocument: allow('s3:*'), SetAsDefault: true };
    await account.client(IAMClient).send(new CreatePolicyVersionCommand(version));
    await aRole(account, 'narrowed', { attached: [PolicyArn] });

    const [verdict] = await ofAccount(account, run(['ecr-access']));

    expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'NO_WRITERS' });
  });
});

describe('node roles in moto', () => {
  test('are judged one by one, wherever they are named', async () => {
    const account = await anAccountWithCluster();
    const vpc = await aVpc(account);
    const subnet = await aSubnet(account, vpc, 1);
    await aRole(account, 'reader', { inline: allow(...PULL, 'ecr:Describe*') });
    await aRole(account, 'cache', { inline: allow(...PULL, 'ecr:CreateRepository') });
    await aRole(account, 'pusher', { inline: policy({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }) });
    await nodesWith(account, subnet, 'reader');
    await nodesWith(account, subnet, 'cache');
    const profile = await anInstanceProfile(account, 'nodes', 'pusher');
    await aNode(account, 'prod', subnet, { IamInstanceProfile: { Arn: profile } });

    const { verdicts } = await run(['ecr-pull-only']);

    expect(linesOf(verdicts)).toEqual([
      '5.1.3 cache WARNING PULL_THROUGH_CACHE_WRITE',
      // Access entries may name more roles, and moto has none to list.
      '5.1.3 prod NOT_AVAILABLE EVIDENCE_UNREADABLE',
      '5.1.3 pusher FAILED CAN_WRITE',
      '5.1.3 reader PASSED READ_ONLY',
    ]);
    const [notAvailable] = verdicts.filter(({ status }) => status === 'NOT_AVAILABLE');
    expect(notAvailable?.reason).toContain('the answer to eks:ListAccessEntries does not suffice');
  });

  test('are judged by the policies that AWS manages', async () => {
    const account = await anAccountWithCluster();
    const subnet = await aSubnet(account, await aVpc(account), 1);
    const worker = ['AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy'];
    await aRole(account, 'reader', { attached: managed(...worker, 'AmazonEC2ContainerRegistryReadOnly') });
    await aRole(account, 'pusher', { attached: managed(...worker, 'AmazonEC2ContainerRegistryPowerUser') });
    await nodesWith(account, subnet, 'reader');
    await nodesWith(account, subnet, 'pusher');

    const { verdicts } = await run(['ecr-pull-only', 'dedicated-service-accounts']);

    expect(linesOf(verdicts)).toEqual([
      '5.1.3 prod NOT_AVAILABLE EVIDENCE_UNREADABLE',
      '5.1.3 pusher FAILED CAN_WRITE',
      '5.1.3 reader PASSED READ_ONLY',
      '5.2.1 prod FAILED NODE_ROLE_OVERPRIVILEGED',
    ]);
    const [overprivileged] = verdicts.filter(({ controlId }) => controlId === '5.2.1');
    expect(overprivileged?.related).toMatchObject([{ name: 'pusher' }]);
  });
});

describe('service accounts in moto', () => {
  test('share what their nodes are allowed beyond a worker’s needs', async () => {
    const account = await anAccountWithCluster();
    const subnet = await aSubnet(account, await aVpc(account), 1);
    await aRole(account, 'node', { inline: allow(...PULL, 's3:GetObject') });
    await nodesWith(account, subnet, 'node');

    const strict = await run(['dedicated-service-accounts']);
    const lenient = await run(['dedicated-service-accounts'], {
      settings: { nodeRoleBaseline: ['s3:Get*'] },
    });

    expect(linesOf(strict.verdicts)).toEqual(['5.2.1 prod FAILED NODE_ROLE_OVERPRIVILEGED']);
    expect(linesOf(lenient.verdicts)).toEqual(['5.2.1 prod NOT_AVAILABLE EVIDENCE_UNREADABLE']);
  });

  test('may all assume a role that does not name one', async () => {
    const account = await anAccountWithCluster();
    const provider = await anOidcProvider(account, 'prod');
    await aRole(account, 'named', { trust: irsa(provider, 'system:serviceaccount:shop:cart') });
    await aRole(account, 'any', { trust: irsa(provider, 'system:serviceaccount:*') });

    const { verdicts } = await run(['dedicated-service-accounts']);

    expect(linesOf(verdicts)).toEqual(['5.2.1 prod FAILED IRSA_TRUST_UNCONFINED']);
    expect(verdicts[0]?.related).toMatchObject([{ name: 'any' }]);
  });

  test('are not passed when associations and access entries cannot be listed', async () => {
    const account = await anAccountWithCluster();
    const provider = await anOidcProvider(account, 'prod');
    await aRole(account, 'named', { trust: irsa(provider, 'system:serviceaccount:shop:cart') });

    const result = await run(['dedicated-service-accounts']);

    expect(linesOf(result.verdicts)).toEqual(['5.2.1 prod NOT_AVAILABLE EVIDENCE_UNREADABLE']);
    expect(new Set(gapsOf(result).map(({ operation }) => operation))).toEqual(
      new Set(['eks:ListAccessEntries', 'eks:ListAddons', 'eks:ListPodIdentityAssociations']),
    );
  });
});

async function ofAccount({ id }: Account, result: Promise<RunResult>) {
  return (await result).verdicts.filter(({ resource }) => resource.id === `AWS::::Account:${id}`);
}

function nodesWith(account: Account, subnet: string, role: string): Promise<void> {
  const nodeRole = `arn:aws:iam::${account.id}:role/${role}`;
  return aNodegroup(account, 'prod', [subnet], {
    nodegroupName: role,
    nodeRole,
    // Pods reach the credentials of its nodes.
    amiType: 'BOTTLEROCKET_x86_64',
  });
}

interface Provider {
  readonly arn: string;
  /** Without `https://`. */
  readonly issuer: string;
}

/** Makes the cluster's issuer an identity provider of the account. */
async function anOidcProvider(account: Account, name: string): Promise<Provider> {
  const { cluster } = await account.client(EKSClient).send(new DescribeClusterCommand({ name }));
  const Url = required(cluster?.identity?.oidc?.issuer);
  const ThumbprintList = ['990f4193972f2becf12ddeda5237f9c952f20d9e'];
  const command = new CreateOpenIDConnectProviderCommand({ Url, ThumbprintList });
  const answer = await account.client(IAMClient).send(command);
  return { arn: required(answer.OpenIDConnectProviderArn), issuer: Url.replace('https://', '') };
}

/** A trust policy for those service accounts whose subject is like `subject`. */
function irsa({ arn, issuer }: Provider, subject: string): string {
  return policy({
    Effect: 'Allow',
    Principal: { Federated: arn },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
      StringLike: { [`${issuer}:sub`]: subject },
    },
  });
}
