import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { expect, it } from 'vitest';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, other, region, running } from './support.ts';

const TopicArn = `arn:aws:sns:${region}:${member}:digest`;
const severities = { DataType: 'String.Array', StringValue: '["HIGH","OTHER"]' };

async function publishing() {
  const sandbox = await running(anOrganization().account(member));
  const client = new SNSClient(as(sandbox, member));
  const publish = (differing: Partial<PublishCommand['input']> = {}) =>
    client.send(new PublishCommand({ TopicArn, Message: 'text', ...differing }));
  return { sandbox, publish };
}

it('takes a message with a subject and attributes', async () => {
  const { publish } = await publishing();

  expect(await publish({ Subject: 'A: b, c', MessageAttributes: { severities } })).toMatchObject({
    MessageId: expect.stringMatching(/^[\w-]{36}$/),
  });
});

it.each<[string, Partial<PublishCommand['input']>]>([
  ['a subject of 100 characters', { Subject: 'a'.repeat(100) }],
  ['a subject that is not ASCII', { Subject: 'é' }],
  ['a subject of two lines', { Subject: 'a\nb' }],
  [
    'an array that is not JSON',
    { MessageAttributes: { severities: { ...severities, StringValue: 'HIGH' } } },
  ],
  ['an array of objects', { MessageAttributes: { severities: { ...severities, StringValue: '[{}]' } } }],
  ['no text', { Message: '' }],
  ['more than 262,144 bytes', { Message: 'é'.repeat(131_073) }],
  ['more than that with its attributes', { Message: 'a'.repeat(262_140), MessageAttributes: { severities } }],
  ['a topic of another Region', { TopicArn: `arn:aws:sns:us-east-1:${member}:digest` }],
])('refuses %s', async (_, differing) => {
  const { publish } = await publishing();

  await expect(publish(differing)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

it('does not know the topic of another account', async () => {
  const { publish } = await publishing();

  await expect(publish({ TopicArn: `arn:aws:sns:${region}:${other}:digest` })).rejects.toMatchObject({
    name: 'NotFoundException',
  });
});
