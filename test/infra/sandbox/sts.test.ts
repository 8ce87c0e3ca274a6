import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { type AssumableRole, anOrganization } from '../../../infra/sandbox/world.ts';
import { as, assumed, management, member, other, running, security } from './support.ts';

function organization(...roles: AssumableRole[]) {
  return anOrganization({ delegatedAdministrators: [security] })
    .account(member, { roles: roles.length === 0 ? [{ name: 'EksAuditorMember' }] : roles })
    .account(other);
}

function request(changes: Partial<AssumeRoleCommandInput> = {}) {
  const RoleArn = `arn:aws:iam::${member}:role/EksAuditorMember`;
  return new AssumeRoleCommand({ RoleArn, RoleSessionName: 'eks-auditor', ...changes });
}

describe('AssumeRole', () => {
  it('issues a session with the duration of the request', async () => {
    const sandbox = await running(organization());
    sandbox.setClock(() => new Date('2026-11-22T12:00:00Z'));
    const answer = await new STSClient(as(sandbox, security)).send(request({ DurationSeconds: 1800 }));
    expect(answer.AssumedRoleUser?.Arn).toBe(
      `arn:aws:sts::${member}:assumed-role/EksAuditorMember/eks-auditor`,
    );
    expect(answer.Credentials?.Expiration).toEqual(new Date('2026-11-22T12:30:00Z'));
  });

  it.each([
    ['a role that does not exist', { RoleArn: `arn:aws:iam::${member}:role/Missing` }],
    [
      'a role of an account that does not exist',
      { RoleArn: 'arn:aws:iam::999999999999:role/EksAuditorMember' },
    ],
  ])('denies %s with the error of a role that does not trust the caller', async (_case, changes) => {
    const sandbox = await running(organization());
    const sts = new STSClient(as(sandbox, security));
    await expect(sts.send(request(changes))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('is not authorized to perform: sts:AssumeRole on resource'),
    });
  });

  it('denies the role of a suspended account', async () => {
    const sandbox = await running(organization().account(member, { status: 'SUSPENDED' }));
    const sts = new STSClient(as(sandbox, security));
    await expect(sts.send(request())).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('is allowed only for those that the role trusts', async () => {
    const sandbox = await running(
      organization({ name: 'EksAuditorMember', trusts: [`arn:aws:iam::${security}:root`] }),
    );
    await expect(new STSClient(as(sandbox, security)).send(request())).resolves.toBeDefined();
    for (const accountId of [management, other]) {
      const sts = new STSClient(as(sandbox, accountId));
      await expect(sts.send(request())).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });

  it.each([
    ['missing', {}],
    ['different', { ExternalId: 'wrong' }],
  ])('denies a role with an external id to a caller whose external id is %s', async (_case, changes) => {
    const sandbox = await running(organization({ name: 'EksAuditorMember', externalId: 'right' }));
    const sts = new STSClient(as(sandbox, security));
    await expect(sts.send(request(changes))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(sts.send(request({ ExternalId: 'right' }))).resolves.toBeDefined();
  });

  it.each([
    ['a session name with a space', { RoleSessionName: 'two words' }],
    ['a session name of 65 characters', { RoleSessionName: 'x'.repeat(65) }],
    ['a session name of one character', { RoleSessionName: 'x' }],
    ['less than 15 minutes', { DurationSeconds: 899 }],
    ['more than the role allows', { DurationSeconds: 3601 }],
    ['an external id of one character', { ExternalId: 'x' }],
    ['51 tags', { Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: 'v' })) }],
    ['a tag key of 129 characters', { Tags: [{ Key: 'k'.repeat(129), Value: 'v' }] }],
    ['a tag value with a character that tags cannot have', { Tags: [{ Key: 'k', Value: 'a|b' }] }],
    ['a role that is not an ARN', { RoleArn: 'short' }],
  ])('rejects %s', async (_case, changes) => {
    const sandbox = await running(organization());
    const sts = new STSClient({
      ...as(sandbox, security),
      credentials: sandbox.credentials(security, 'user'),
    });
    await expect(sts.send(request(changes))).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('rejects tag keys that differ in case only', async () => {
    const sandbox = await running(organization());
    const Tags = ['run', 'Run'].map((Key) => ({ Key, Value: 'v' }));
    const sts = new STSClient(as(sandbox, security));
    await expect(sts.send(request({ Tags }))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('limits a chained session to an hour, whatever the role allows', async () => {
    const sandbox = await running(organization({ name: 'EksAuditorMember', maxSessionDuration: 43_200 }));
    const longer = request({ DurationSeconds: 7200 });
    const chained = new STSClient(as(sandbox, security));
    await expect(chained.send(longer)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('role chaining'),
    });
    const user = new STSClient({
      ...as(sandbox, security),
      credentials: sandbox.credentials(security, 'user'),
    });
    await expect(user.send(longer)).resolves.toBeDefined();
  });

  it('accepts a session as its account', async () => {
    const sandbox = await running(
      organization().account(other, { roles: [{ name: 'Next', trusts: [member] }] }),
    );
    const sts = new STSClient(await assumed(sandbox, member));
    const next = request({ RoleArn: `arn:aws:iam::${other}:role/Next` });
    await expect(sts.send(next)).resolves.toMatchObject({
      AssumedRoleUser: { Arn: `arn:aws:sts::${other}:assumed-role/Next/eks-auditor` },
    });
  });
});
