import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  EKSClient,
  ListAccessEntriesCommand,
} from '@aws-sdk/client-eks';
import { expect, it } from 'vitest';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, region, running } from './support.ts';

const principalArn = `arn:aws:iam::${member}:role/EksAuditorMember`;
const policyArn = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy';
const entry = { clusterName: 'prod', principalArn };

async function aCluster(authenticationMode: 'API' | 'CONFIG_MAP' = 'API') {
  const world = anOrganization().account(member, {}, (account) =>
    account.cluster('prod', { region, accessConfig: { authenticationMode } }),
  );
  return new EKSClient(as(await running(world), member));
}

it('an access entry can be created, given a policy, and deleted', async () => {
  const client = await aCluster();

  const { accessEntry } = await client.send(
    new CreateAccessEntryCommand({ ...entry, type: 'STANDARD', kubernetesGroups: ['readers'] }),
  );
  await client.send(
    new AssociateAccessPolicyCommand({ ...entry, policyArn, accessScope: { type: 'cluster' } }),
  );

  expect(accessEntry).toMatchObject({ ...entry, type: 'STANDARD', kubernetesGroups: ['readers'] });
  expect(accessEntry?.createdAt).toBeInstanceOf(Date);
  const listed = new ListAccessEntriesCommand({ clusterName: 'prod', associatedPolicyArn: policyArn });
  expect((await client.send(listed)).accessEntries).toEqual([principalArn]);
  await client.send(new DeleteAccessEntryCommand(entry));
  await expect(client.send(new DescribeAccessEntryCommand(entry))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

it('an access entry is created once', async () => {
  const client = await aCluster();
  await client.send(new CreateAccessEntryCommand(entry));

  await expect(client.send(new CreateAccessEntryCommand(entry))).rejects.toMatchObject({
    name: 'ResourceInUseException',
  });
});

it.each([
  [
    'a group that Kubernetes reserves',
    new CreateAccessEntryCommand({ ...entry, kubernetesGroups: ['system:masters'] }),
  ],
  [
    'a session',
    new CreateAccessEntryCommand({ ...entry, principalArn: `arn:aws:sts::${member}:assumed-role/a/b` }),
  ],
])('an access entry of %s is refused', async (_name, command) => {
  const client = await aCluster();

  await expect(client.send(command)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

it('a policy needs an entry, and so does a deletion', async () => {
  const client = await aCluster();
  const associate = new AssociateAccessPolicyCommand({
    ...entry,
    policyArn,
    accessScope: { type: 'cluster' },
  });

  await expect(client.send(associate)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(client.send(new DeleteAccessEntryCommand(entry))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

it('a cluster by its ConfigMap alone has no entries', async () => {
  const client = await aCluster('CONFIG_MAP');

  await expect(client.send(new CreateAccessEntryCommand(entry))).rejects.toMatchObject({
    name: 'InvalidRequestException',
  });
});
