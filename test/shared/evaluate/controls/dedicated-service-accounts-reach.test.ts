import { describe, expect, it } from 'vitest';
import { present } from '../../../../shared/model/evidence.ts';
import type { Instance } from '../../../../shared/model/network-facts.ts';
import type { Nodegroup } from '../../../../shared/model/node-facts.ts';
import { anAccessEntry, denied } from '../../../builders.ts';
import { allow, aRole, type Given, iamOf, inline, STRANGER } from '../../../builders-iam.ts';
import { aNodegroup, anInstance } from '../../../builders-network.ts';
import { aPod, inside } from '../kubernetes/builders.ts';
import { CLUSTER, judge, POD_IDENTITY } from './dedicated-service-accounts-support.ts';

const PROFILE = 'arn:aws:iam::111122223333:instance-profile/node';
const WITH_STORAGE = aRole({
  inlinePolicies: [inline('storage', allow('s3:GetObject'))],
  instanceProfiles: [PROFILE],
});
const NO_TOKEN = { namespace: 'shop', name: 'default', automountServiceAccountToken: false };
const ONE_HOP = { httpEndpoint: 'enabled', httpTokens: 'required', hopLimit: 1 };
const TWO_HOPS = { ...ONE_HOP, hopLimit: 2 };
const OF_TEMPLATE = { launchTemplate: { id: 'lt-1', version: '3' } };
const DENIED_TEMPLATE = {
  launchTemplates: present({ 'lt-1:3': denied('ec2:DescribeLaunchTemplateVersions') }),
};

/** Pods with identities of their own, on nodes with a role that reads storage besides. */
function judgeStorage({ cluster, region, account }: Given, roles = [WITH_STORAGE]) {
  return judge({
    cluster: { ...POD_IDENTITY, ...cluster },
    region: region ?? {},
    account: { iam: iamOf({ roles }), ...account },
  });
}

function groups(...nodegroups: Partial<Nodegroup>[]) {
  const named = nodegroups.map((group, index) => ({ nodegroupName: `group-${index + 1}`, ...group }));
  return present(named.map((group) => aNodegroup({ nodeRole: WITH_STORAGE.arn, ...group })));
}

function instances(...metadata: Instance['metadata'][]) {
  return present(
    metadata.map((options, index) =>
      anInstance({
        instanceId: `i-${index}`,
        instanceProfile: PROFILE,
        ...(options && { metadata: options }),
      }),
    ),
  );
}

function entry(type: string, principalArn = WITH_STORAGE.arn) {
  return { accessEntries: present([anAccessEntry({ principalArn, type })]) };
}

describe('5.2.1: a node role that is allowed more than its nodes need', () => {
  it.each<[string, Given]>([
    ['a node group of Bottlerocket', { cluster: { nodegroups: groups({ amiType: 'BOTTLEROCKET_ARM_64' }) } }],
    [
      'one of two node groups',
      { cluster: { nodegroups: groups({ amiType: 'AL2023_x86_64_STANDARD' }, { amiType: 'AL2_x86_64' }) } },
    ],
    ['an instance', { cluster: entry('EC2_LINUX'), region: { instances: instances(ONE_HOP, TWO_HOPS) } }],
    [
      'an instance, though the launch template of a group cannot be read',
      {
        cluster: { nodegroups: groups(OF_TEMPLATE) },
        region: { instances: instances(TWO_HOPS), ...DENIED_TEMPLATE },
      },
    ],
    [
      'an instance of a role for Auto Mode',
      { cluster: entry('EC2'), region: { instances: instances({ ...ONE_HOP, httpTokens: 'optional' }) } },
    ],
  ])('fails when pods reach its credentials on %s', (_, given) => {
    expect(judgeStorage(given)).toMatchObject({
      status: 'FAILED',
      reasonCodes: ['NODE_ROLE_OVERPRIVILEGED'],
      evidence: { beyondBaseline: 'node: s3:GetObject' },
    });
  });

  it.each<[string, Given]>([
    ['a node group of AL2023', { cluster: { nodegroups: groups({ amiType: 'AL2023_ARM_64_STANDARD' }) } }],
    ['instances', { cluster: entry('EC2_LINUX'), region: { instances: instances(ONE_HOP, ONE_HOP) } }],
    [
      'Auto Mode',
      {
        cluster: {
          cluster: present({ ...CLUSTER, computeConfig: { enabled: true, nodeRoleArn: WITH_STORAGE.arn } }),
        },
      },
    ],
    ['hybrid nodes', { cluster: entry('HYBRID_LINUX') }],
    ['Fargate', { cluster: entry('FARGATE_LINUX') }],
    ['a node group that is being deleted', { cluster: { nodegroups: groups({ status: 'DELETING' }) } }],
  ])('passes when they do not on %s', (_, given) => {
    expect(judgeStorage(given)).toMatchObject({ status: 'PASSED', reasonCodes: ['DEDICATED_IDENTITIES'] });
  });

  it('is told in the reason when it passes', () => {
    const { reason } = judgeStorage({ cluster: entry('HYBRID_LINUX') });

    expect(reason).toContain('node may s3:GetObject, by storage');
    expect(reason).not.toContain('no more than');
  });

  it('does not fail for the credentials of another role', () => {
    const other = aRole({ name: 'other' });
    const nodegroups = groups(
      { amiType: 'AL2023_x86_64_STANDARD' },
      { nodeRole: other.arn, amiType: 'BOTTLEROCKET_x86_64' },
    );

    expect(judgeStorage({ cluster: { nodegroups } }, [WITH_STORAGE, other]).reasonCodes).toEqual([
      'DEDICATED_IDENTITIES',
    ]);
  });

  it('names the nodes, and does not speak of every pod', () => {
    const { reason } = judgeStorage({ cluster: { nodegroups: groups({ amiType: 'AL2_x86_64' }) } });

    expect(reason).toContain('on node group group-1');
    expect(reason.toLowerCase()).not.toContain('every pod');
  });

  it.each<[string, Given, string]>([
    [
      'a launch template',
      { cluster: { nodegroups: groups(OF_TEMPLATE) }, region: DENIED_TEMPLATE },
      'ec2:DescribeLaunchTemplateVersions failed with AccessDeniedException',
    ],
    [
      'the options of an instance',
      { cluster: entry('EC2_LINUX'), region: { instances: instances(undefined) } },
      'the metadata options of i-0 are missing',
    ],
    ['HyperPod nodes', { cluster: entry('HYPERPOD_LINUX') }, 'in an account of SageMaker’s'],
  ])('is not judged when %s would decide and cannot be read', (_, given, cause) => {
    const verdict = judgeStorage(given);

    expect(verdict.reasonCodes).toEqual(['EVIDENCE_UNREADABLE']);
    expect(verdict.reason).toContain(cause);
  });

  const HOSTED = inside({ pods: [aPod({ hostNetwork: true })], serviceAccounts: [NO_TOKEN] });

  it.each<[string, Given]>([
    ['of a node group of AL2023', { cluster: { nodegroups: groups({ amiType: 'AL2023_ARM_64_STANDARD' }) } }],
    ['of Auto Mode', { cluster: entry('EC2') }],
    [
      'whose launch template cannot be read',
      { cluster: { nodegroups: groups(OF_TEMPLATE) }, region: DENIED_TEMPLATE },
    ],
  ])('is reached by pods on the host network of nodes %s', (_, given) => {
    const verdict = judgeStorage({ ...given, cluster: { ...given.cluster, ...HOSTED } });

    expect(verdict).toMatchObject({ status: 'FAILED', reasonCodes: ['NODE_ROLE_OVERPRIVILEGED'] });
    expect(verdict.reason).toContain('the host network, in shop/Deployment web');
  });

  it('decides where pods on the host network reach it and it cannot be read', () => {
    const cluster = {
      nodegroups: groups({
        nodeRole: `arn:aws:iam::${STRANGER}:role/site`,
        amiType: 'AL2023_ARM_64_STANDARD',
      }),
    };

    expect(judgeStorage({ cluster }, []).status).toBe('PASSED');
    expect(judgeStorage({ cluster: { ...cluster, ...HOSTED } }, []).status).toBe('NOT_AVAILABLE');
  });

  it.each(['HYBRID_LINUX', 'FARGATE_LINUX'])('is not reached on the host network of %s', (type) => {
    const cluster = { ...entry(type), ...HOSTED };

    expect(judgeStorage({ cluster }).reasonCodes).toEqual(['DEDICATED_IDENTITIES']);
    expect(
      judgeStorage({ cluster: { ...cluster, podIdentityAssociations: present([]) } }).reasonCodes,
    ).toEqual(['NO_POD_AWS_ACCESS']);
  });

  it.each<[string, Given]>([
    ['a launch template', { cluster: { nodegroups: groups(OF_TEMPLATE) }, region: DENIED_TEMPLATE }],
    ['HyperPod nodes', { cluster: entry('HYPERPOD_LINUX') }],
  ])('does not depend on %s when it is allowed no more', (_, given) => {
    expect(judgeStorage(given, [aRole()]).reasonCodes).toEqual(['DEDICATED_IDENTITIES']);
  });

  it('may be of another account where pods do not reach its credentials', () => {
    const arn = `arn:aws:iam::${STRANGER}:role/site`;

    expect(judgeStorage({ cluster: entry('HYBRID_LINUX', arn) }, []).status).toBe('PASSED');
    expect(
      judgeStorage({ cluster: { nodegroups: groups({ nodeRole: arn, amiType: 'AL2_x86_64' }) } }, []).status,
    ).toBe('NOT_AVAILABLE');
  });

  it('may have what each of its kinds of node needs', () => {
    const role = aRole({
      inlinePolicies: [inline('both', allow(['ssm:DeregisterManagedInstance', 'ec2:CreateTags']))],
    });
    const nodegroups = groups({ amiType: 'BOTTLEROCKET_x86_64' });

    expect(judgeStorage({ cluster: { nodegroups, ...entry('HYBRID_LINUX') } }, [role]).status).toBe('PASSED');
    expect(judgeStorage({ cluster: { nodegroups } }, [role])).toMatchObject({
      status: 'FAILED',
      evidence: { beyondBaseline: 'node: ssm:DeregisterManagedInstance' },
    });
  });

  it('is not failed for what another kind of node needs while access entries cannot be read', () => {
    const role = aRole({ inlinePolicies: [inline('x', allow('ssm:DeregisterManagedInstance'))] });
    const cluster = {
      nodegroups: groups({ amiType: 'BOTTLEROCKET_x86_64' }),
      accessEntries: denied('eks:ListAccessEntries'),
    };

    expect(judgeStorage({ cluster }, [role]).reasonCodes).toEqual(['EVIDENCE_UNREADABLE']);
    expect(judgeStorage({ cluster }).reasonCodes).toEqual([
      'NODE_ROLE_OVERPRIVILEGED',
      'EVIDENCE_UNREADABLE',
    ]);
  });

  it('of HyperPod is not said to be out of reach', () => {
    const { status, reason } = judge({ cluster: entry('HYPERPOD_LINUX') });

    expect(status).toBe('PASSED');
    expect(reason).toContain('AWS’s API does not show whether they reach those of HyperPod');
  });
});
