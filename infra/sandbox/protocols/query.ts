import type { AwsError } from '../errors.ts';
import { parseForm, readForm } from './form.ts';
import type { Protocol, ServiceDescription, WireAnswer } from './protocol.ts';
import { queryStyle, toXmlElements, xmlDocument } from './xml.ts';

/** AWS query: a form in the body, XML in the answer. */
export const queryProtocol: Protocol = {
  errors: {
    accessDenied: ['AccessDenied', 403],
    throttled: ['Throttling', 400],
    internal: ['InternalFailure', 500],
    unavailable: ['ServiceUnavailable', 503],
    unknownCredentials: ['InvalidClientTokenId', 403],
    wrongSignature: ['SignatureDoesNotMatch', 403],
    expiredCredentials: ['ExpiredToken', 403],
    unknownOperation: ['InvalidAction', 400],
  },
  accepts: ({ version }, request) => parseForm(request).get('Version') === version,
  read: (_service, request) => readForm(request),
  write: ({ xmlNamespace }, operation, output, requestId) => {
    const elements = {
      [`${operation}Result`]: toXmlElements(output, queryStyle),
      ResponseMetadata: { RequestId: requestId },
    };
    return xmlAnswer(200, xmlDocument(`${operation}Response`, elements, xmlNamespace), requestId);
  },
  writeError: writeQueryError,
  writeMalformed: malformedXml,
};

function writeQueryError(
  { xmlNamespace }: ServiceDescription,
  error: AwsError,
  requestId: string,
): WireAnswer {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const fields = { Type: type, Code: error.code, Message: error.message, ...error.fields };
  const elements = { Error: toXmlElements(fields, queryStyle), RequestId: requestId };
  return xmlAnswer(error.status, xmlDocument('ErrorResponse', elements, xmlNamespace), requestId);
}

export function xmlAnswer(status: number, body: string, requestId: string): WireAnswer {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

/** An answer that ends in the middle of an element. */
export function malformedXml(requestId: string): WireAnswer {
  return xmlAnswer(200, '<?xml version="1.0" encoding="UTF-8"?><Response><Result><Trunc', requestId);
}
