import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { toXmlElements, type XmlStyle, xmlDocument } from '../../../infra/sandbox/protocols/xml.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, region, running } from './support.ts';

const style: XmlStyle = {
  memberElement: (name, parent) => `${parent}${name}`,
  itemElement: (name) => (name === 'Flat' ? undefined : 'item'),
};

describe('an XML document', () => {
  it('names the elements of structures, lists and flat lists by the style', () => {
    const elements = toXmlElements({ Name: 'a', List: [{ Id: 1 }, { Id: 2 }], Flat: ['x', 'y'] }, style);
    expect(xmlDocument('Root', elements, 'https://example.com/')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Root xmlns="https://example.com/"><Name>a</Name>' +
        '<List><item><ListId>1</ListId></item><item><ListId>2</ListId></item></List>' +
        '<Flat>x</Flat><Flat>y</Flat></Root>',
    );
  });

  it('has an element for an empty text, structure or list and for null, and none for undefined', () => {
    const elements = toXmlElements({ Text: '', Structure: {}, List: [], Null: null, None: undefined }, style);
    expect(xmlDocument('Root', elements)).toContain(
      '<Root><Text></Text><Structure></Structure><List></List><Null></Null></Root>',
    );
  });

  it('has times as ISO 8601', () => {
    const elements = toXmlElements({ At: new Date('2026-11-22T12:00:00Z') }, style);
    expect(xmlDocument('Root', elements)).toContain('<At>2026-11-22T12:00:00.000Z</At>');
  });
});

describe('text in XML', () => {
  const text = 'a & b <c> "d" \'e\' ]]> &amp; \r\n\tf é 😀';

  it('arrives unchanged in the EC2 protocol', async () => {
    const world = anOrganization().account(member, {}, (account) =>
      account.vpc('vpc-1', { region, tags: { text } }),
    );
    const client = new EC2Client(as(await running(world), member));
    const { Vpcs } = await client.send(new DescribeVpcsCommand({}));
    expect(Vpcs?.[0]?.Tags).toEqual([{ Key: 'text', Value: text }]);
  });

  it('arrives unchanged in the query protocol', async () => {
    const world = anOrganization().account(member, {}, (account) => account.role('node', { tags: { text } }));
    const client = new IAMClient(as(await running(world), member));
    const { Role } = await client.send(new GetRoleCommand({ RoleName: 'node' }));
    expect(Role?.Tags).toEqual([{ Key: 'text', Value: text }]);
  });

  it('arrives unchanged in S3’s protocol', async () => {
    const Bucket = 'results';
    const client = new S3Client(
      as(await running(anOrganization().account(member, { buckets: [Bucket] })), member),
    );
    await client.send(new PutObjectCommand({ Bucket, Key: text, Body: 'x' }));
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map(({ Key }) => Key)).toEqual([text]);
  });
});
