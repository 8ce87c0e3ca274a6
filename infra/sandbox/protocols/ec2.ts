import {
  DescribeInstances$,
  DescribeLaunchTemplateVersions$,
  DescribeNetworkInterfaces$,
  DescribeRegions$,
  DescribeRouteTables$,
  DescribeSubnets$,
  DescribeVpcs$,
} from '@aws-sdk/client-ec2';
import { isFields } from '../plain.ts';
import { itemOf, membersOf, outputOf, type Shape } from '../shapes.ts';
import { readForm } from './form.ts';
import type { Protocol } from './protocol.ts';
import { malformedXml, xmlAnswer } from './query.ts';
import { type XmlElements, xmlDocument } from './xml.ts';

/** EC2's own query dialect: no result wrapper, lower camel-case elements, lists of `item`. */
export const ec2Protocol: Protocol = {
  errors: {
    accessDenied: ['UnauthorizedOperation', 403],
    throttled: ['RequestLimitExceeded', 503],
    internal: ['InternalError', 500],
    unavailable: ['Unavailable', 503],
    unknownCredentials: ['AuthFailure', 401],
    wrongSignature: ['AuthFailure', 401],
    expiredCredentials: ['RequestExpired', 400],
    unknownOperation: ['InvalidAction', 400],
  },
  accepts: () => true,
  read: (_service, request) => readForm(request),
  write: ({ xmlNamespace }, operation, output, requestId) => {
    const elements = { requestId, ...answerElements(output, operation) };
    return xmlAnswer(200, xmlDocument(`${operation}Response`, elements, xmlNamespace), requestId);
  },
  writeError: (_service, error, requestId) => {
    const Errors = { Error: { Code: error.code, Message: error.message } };
    return xmlAnswer(error.status, xmlDocument('Response', { Errors, RequestID: requestId }), requestId);
  },
  writeMalformed: malformedXml,
};

/** The operations, for the shapes of their answers. */
const operations: Readonly<Record<string, Shape>> = {
  DescribeInstances: DescribeInstances$,
  DescribeLaunchTemplateVersions: DescribeLaunchTemplateVersions$,
  DescribeNetworkInterfaces: DescribeNetworkInterfaces$,
  DescribeRegions: DescribeRegions$,
  DescribeRouteTables: DescribeRouteTables$,
  DescribeSubnets: DescribeSubnets$,
  DescribeVpcs: DescribeVpcs$,
};

/** An answer as elements: its members by their names in XML or, when it is not a structure, its text. */
function answerElements(output: unknown, operation: string): XmlElements {
  const content = toContent(output, outputOf(operations[operation]));
  return typeof content === 'string' ? { '#text': content } : content;
}

/** A value of that shape; what the shape does not have, as in an altered answer, is called as it is called. */
function toContent(value: unknown, shape: Shape): string | XmlElements {
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (Array.isArray(value)) {
    const item = itemOf(shape);
    return { [item?.xmlName ?? 'item']: value.map((entry) => toContent(entry, item?.shape)) };
  }
  if (!isFields(value)) {
    return String(value ?? '');
  }
  const members = membersOf(shape);
  const elements = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => {
      const part = members?.get(name);
      const element = part?.xmlName ?? name.charAt(0).toLowerCase() + name.slice(1);
      return [element, toContent(member, part?.shape)] as const;
    });
  return Object.fromEntries(elements);
}
