import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { queryProtocol } from '../protocols/query.ts';
import { operation, type Service } from '../service.ts';

const invalid = (message: string) => new AwsError('InvalidParameter', message);

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
const attribute = z.strictObject({
  Name: z.string().regex(/^(?!AWS\.|Amazon\.)[\w.-]{1,256}$/i),
  Value: z.discriminatedUnion('DataType', [
    z.strictObject({ DataType: z.literal('String'), StringValue: z.string().min(1) }),
    z.strictObject({
      DataType: z.literal('String.Array'),
      StringValue: z
        .string()
        .refine(isArrayOfScalars, 'must be a JSON array of strings, numbers, Booleans and nulls'),
    }),
  ]),
});

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const publishInput = z.strictObject({
  TopicArn: z.string().regex(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]{1,256}$/),
  Message: z.string().min(1),
  /** "Less than 100 characters", ASCII, without control characters. */
  Subject: z
    .string()
    .regex(/^[!-~][ -~]{0,98}$/)
    .optional(),
  MessageAttributes: z.strictObject({ entry: z.array(attribute) }).optional(),
});

/** The most bytes of a message with its attributes. */
const MAX_BYTES = 262_144;

function isArrayOfScalars(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null);
  } catch {
    return false;
  }
}

/** Takes messages for any topic of the caller's account and Region. What was published is in the log of requests. */
export const snsService: Service = {
  name: 'sns',
  signingName: 'sns',
  protocol: queryProtocol,
  version: '2010-03-31',
  xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
  invalid,
  operations: {
    Publish: operation(publishInput, ({ TopicArn, Message, MessageAttributes }, { account, region }) => {
      const [, , , topicRegion, accountId] = TopicArn.split(':');
      if (topicRegion !== region) throw invalid('Invalid parameter: TopicArn');
      if (accountId !== account.id) throw new AwsError('NotFound', 'Topic does not exist', 404);
      const attributes = MessageAttributes?.entry ?? [];
      const bytes = attributes.reduce(
        (sum, { Name, Value }) => sum + Buffer.byteLength(`${Name}${Value.DataType}${Value.StringValue}`),
        Buffer.byteLength(Message),
      );
      if (bytes > MAX_BYTES) throw invalid('Invalid parameter: Message too long');
      return { MessageId: randomUUID() };
    }),
  },
};
