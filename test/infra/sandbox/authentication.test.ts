import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeClusterCommand, EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import {
  anOrganizationToAsk,
  as,
  assumed,
  member,
  other,
  region,
  requestEachProtocol,
  running,
  security,
  signedRequest,
} from './support.ts';

const organization = () =>
  anOrganization({ delegatedAdministrators: [security] })
    .account(member)
    .account(other);
const unknownKey = { accessKeyId: 'AKIA0000000000000000', secretAccessKey: 'x' };

describe('authentication', () => {
  it('rejects an unknown access key with the error of each protocol', async () => {
    const sandbox = await running(organization());
    const config = { ...as(sandbox, member), credentials: unknownKey };
    const answers = await Promise.allSettled([
      new EKSClient(config).send(new ListClustersCommand({})),
      new KMSClient(config).send(new DescribeKeyCommand({ KeyId: 'k' })),
      new STSClient(config).send(new GetCallerIdentityCommand({})),
      new EC2Client(config).send(new DescribeRegionsCommand({})),
      new S3Client(config).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })),
    ]);
    expect(answers.map((answer) => answer.status === 'rejected' && answer.reason.name)).toEqual([
      'UnrecognizedClientException',
      'UnrecognizedClientException',
      'InvalidClientTokenId',
      'AuthFailure',
      'InvalidAccessKeyId',
    ]);
  });

  it('rejects a secret that is not that of the access key with the error of each protocol', async () => {
    const sandbox = await running(anOrganizationToAsk());
    const credentials = {
      ...sandbox.credentials(member),
      secretAccessKey: sandbox.credentials(other).secretAccessKey,
    };
    const answers = await requestEachProtocol(sandbox, credentials);
    expect(answers.map((answer) => answer.status === 'rejected' && answer.reason.name)).toEqual([
      'InvalidSignatureException',
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
      'AuthFailure',
      'SignatureDoesNotMatch',
    ]);
    expect(sandbox.log).toEqual([]);
  });

  it('rejects a session with the secret of another', async () => {
    const sandbox = await running(organization());
    const { credentials } = await assumed(sandbox, member);
    const { secretAccessKey } = (await assumed(sandbox, member)).credentials;
    const sts = new STSClient({ ...as(sandbox, member), credentials: { ...credentials, secretAccessKey } });
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
  });

  it('rejects a request that was changed after it was signed', async () => {
    const sandbox = await running(anOrganizationToAsk());
    const signed = await signedRequest(sandbox, 'eks', { path: '/clusters', query: { maxResults: '1' } });
    const [headers, url] = [signed.headers, `${sandbox.url}/clusters`];
    expect((await fetch(`${url}?maxResults=1`, { headers })).status).toBe(200);
    expect((await fetch(`${url}?maxResults=2`, { headers })).status).toBe(403);
    expect((await fetch(`${sandbox.url}/clusters/prod?maxResults=1`, { headers })).status).toBe(403);
  });

  it('accepts paths, queries and bodies of any characters', async () => {
    const sandbox = await running(anOrganizationToAsk().account(member, { buckets: ['results'] }));
    const text = "a b/ü!*()'+&=%20~é";
    const s3 = new S3Client(as(sandbox, member));
    await s3.send(new PutObjectCommand({ Bucket: 'results', Key: text, Body: text }));
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'results', Prefix: text }));
    expect(Contents?.map(({ Key }) => Key)).toEqual([text]);
    const eks = new EKSClient(as(sandbox, member));
    await expect(eks.send(new DescribeClusterCommand({ name: text }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringContaining(text),
    });
  });

  it('rejects a request without a signature', async () => {
    const sandbox = await running(organization());
    const response = await fetch(`${sandbox.url}/clusters`);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });

  it('accepts a session as its account until it expires', async () => {
    const sandbox = await running(organization());
    const sts = new STSClient(await assumed(sandbox, member, 900));
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: member,
      Arn: `arn:aws:sts::${member}:assumed-role/EksAuditorMember/test`,
    });
    const later = new Date(sandbox.now.getTime() + 901_000);
    sandbox.setClock(() => later);
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' });
  });

  it('rejects the key of a session without its token', async () => {
    const sandbox = await running(organization());
    const session = await assumed(sandbox, member);
    const { accessKeyId, secretAccessKey } = session.credentials;
    const eks = new EKSClient({ ...session, credentials: { accessKeyId, secretAccessKey } });
    await expect(eks.send(new ListClustersCommand({}))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
  });

  it('rejects every caller in a Region that the account has not enabled', async () => {
    const regions = { enabled: [region], optIn: ['af-south-1'] };
    const sandbox = await running(organization().account(member, { regions }));
    const list = (inRegion: string) =>
      new EKSClient(as(sandbox, member, inRegion)).send(new ListClustersCommand({}));
    await expect(list('af-south-1')).resolves.toMatchObject({ clusters: [] });
    await expect(list('ap-east-1')).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    const sts = new STSClient(as(sandbox, member, 'ap-east-1'));
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('accepts a caller of a global service in every Region', async () => {
    const regions = { enabled: ['us-east-1'] };
    const sandbox = await running(organization().account(security, { regions }));
    const client = new OrganizationsClient(as(sandbox, security, 'eu-west-3'));
    expect((await client.send(new ListAccountsCommand({}))).Accounts).toHaveLength(4);
  });

  it('has credentials for every account and throws for one that does not exist', async () => {
    const sandbox = await running(organization());
    const sts = new STSClient(as(sandbox, other));
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(other);
    expect(() => sandbox.credentials('999999999999')).toThrow(RangeError);
  });
});
