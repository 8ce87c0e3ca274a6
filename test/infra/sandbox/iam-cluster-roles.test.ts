import {
  GetAccountAuthorizationDetailsCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import type { AccountBuilder } from '../../../infra/sandbox/account-builder.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, other, region, running } from './support.ts';

async function account(build: (builder: AccountBuilder) => unknown) {
  const sandbox = await running(anOrganization().account(member, { roles: [] }, build).account(other));
  return { sandbox, client: new IAMClient(as(sandbox, member)) };
}

describe('the roles of a cluster', () => {
  it('are added with a cluster that names none', async () => {
    const { client } = await account((builder) =>
      builder.cluster('prod', { region, nodegroups: [{}], fargateProfiles: [{}] }),
    );
    const { RoleDetailList } = await client.send(
      new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }),
    );
    expect(RoleDetailList?.map(({ RoleName }) => RoleName)).toEqual([
      'prod-cluster',
      'prod-node',
      'prod-fargate',
    ]);
  });

  it('are not replaced when the account has them', async () => {
    const { client } = await account((builder) =>
      builder
        .role('prod-node', { attached: ['AWS/AdministratorAccess'] })
        .cluster('prod', { region, nodegroups: [{}] }),
    );
    const { AttachedPolicies } = await client.send(
      new ListAttachedRolePoliciesCommand({ RoleName: 'prod-node' }),
    );
    expect(AttachedPolicies?.map(({ PolicyName }) => PolicyName)).toEqual(['AdministratorAccess']);
  });
});
