import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { jsonProtocol } from '../protocols/json.ts';
import { operation, type Service } from '../service.ts';

const invalid = (message: string) => new AwsError('ValidationException', message);

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html */
const entry = z.strictObject({
  EventBusName: z.string().min(1).max(1600).optional(),
  Source: z.string().min(1),
  DetailType: z.string().min(1).max(128),
  Detail: z.string(),
  Time: z.number().optional(),
  Resources: z.array(z.string()).optional(),
});

/** The most bytes of all entries together. */
const MAX_BYTES = 1_048_576;

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Takes events for any bus. What was put is in the log of requests. */
export const eventBridgeService: Service = {
  name: 'events',
  signingName: 'events',
  protocol: jsonProtocol,
  target: 'AWSEvents',
  invalid,
  operations: {
    PutEvents: operation(z.strictObject({ Entries: z.array(entry).min(1).max(10) }), ({ Entries }) => {
      const bytes = Entries.reduce((sum, { Detail }) => sum + Buffer.byteLength(Detail), 0);
      if (bytes > MAX_BYTES) throw invalid('Total size of the entries in the request is over the limit.');
      const answers = Entries.map(({ Detail }) =>
        isJsonObject(Detail)
          ? { EventId: randomUUID() }
          : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
      );
      return {
        FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length,
        Entries: answers,
      };
    }),
  },
};
