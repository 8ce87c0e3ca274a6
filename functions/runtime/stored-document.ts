import * as z from 'zod';
import { brief, describeIssues } from '../../shared/config/config-error.ts';
import { parseJson as parseText } from '../../shared/model/json.ts';

/*
 * What one function leaves in the bucket for another. A deployment may fall between the two, so every document says in
 * which format it is. The schemas are with the functions that read: the others do not load them.
 */

/** Of what one function leaves for another. Raised by every change that an older or newer function could not read. */
const FORMAT_VERSION = 2;

/** A document of the bucket cannot be used: the message names its key and what is wrong. */
export class StoredDocumentError extends Error {
  override readonly name = 'StoredDocumentError';
}

export function serializeDocument(document: object, formatVersion = FORMAT_VERSION): string {
  return JSON.stringify({ formatVersion, ...document });
}

/** The JSON of a document, unchecked. Throws StoredDocumentError. */
export function parseJson(text: string | undefined, key: string): unknown {
  if (text === undefined) throw new StoredDocumentError(`${key} is not in the bucket`);
  return parseText(text, (problem, options) => new StoredDocumentError(`${key} is ${problem}`, options));
}

const versionSchema = z.object({ formatVersion: z.unknown() });

/** Checks the version and the content of a document. Throws StoredDocumentError. */
export function checkDocument<Schema extends z.ZodType>(
  schema: Schema,
  document: unknown,
  key: string,
  version = FORMAT_VERSION,
): z.output<Schema> {
  const formatVersion = versionSchema.safeParse(document).data?.formatVersion;
  if (formatVersion !== version) {
    throw new StoredDocumentError(
      `${key} has format version ${formatVersion === undefined ? 'none' : brief(formatVersion)}; this version of EKS Auditor reads ${version}`,
    );
  }
  const parsed = schema.safeParse(document, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new StoredDocumentError(`${key} cannot be read: ${describeIssues(parsed.error.issues)}`);
}
