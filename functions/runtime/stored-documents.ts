import * as z from 'zod';
import { describeIssue } from '../../shared/config/config-error.ts';
import type { AccountResult, Plan } from '../../shared/model/run.ts';
import {
  accountCoverageSchema,
  changesSchema,
  skippedAccountSchema,
  verdictSchema,
} from '../../shared/report/run-result-schema.ts';
import { runSchema, targetSchema } from './events.ts';

/*
 * What one function leaves in the bucket for another. A deployment may fall between the two, so every document says in
 * which format it is.
 */

/** Raised by every change that an older or newer function could not read. */
const FORMAT_VERSION = 1;

/** A document of the bucket cannot be used: the message names its key and what is wrong. */
export class StoredDocumentError extends Error {
  override readonly name = 'StoredDocumentError';
}

const organizationSchema = z.object({
  id: z.string().exactOptional(),
  accountIds: z.array(z.string()),
  isComplete: z.boolean(),
}) satisfies z.ZodType<Plan['organization']>;

const planSchema = z.object({
  run: runSchema,
  organization: organizationSchema,
  targets: z.array(targetSchema),
  clusters: z.array(z.string()).exactOptional(),
  skipped: z.array(skippedAccountSchema),
}) satisfies z.ZodType<Plan>;

const accountResultSchema = z.object({
  coverage: accountCoverageSchema,
  clusters: z.array(z.string()),
  verdicts: z.array(verdictSchema),
  changes: changesSchema,
  continue: targetSchema.exactOptional(),
}) satisfies z.ZodType<AccountResult>;

export function serializePlan(plan: Plan): string {
  return serialize(plan);
}

/** The part of a plan that every audit needs. */
export function serializeOrganization(organization: Plan['organization']): string {
  return serialize(organization);
}

export function serializeAccountResult(result: AccountResult): string {
  return serialize(result);
}

/** Throws StoredDocumentError. */
export function parsePlan(text: string | undefined, key: string): Plan {
  return parse(planSchema, text, key);
}

/** Throws StoredDocumentError. */
export function parseOrganization(text: string | undefined, key: string): Plan['organization'] {
  return parse(organizationSchema, text, key);
}

/** Throws StoredDocumentError. */
export function parseAccountResult(text: string | undefined, key: string): AccountResult {
  return parse(accountResultSchema, text, key);
}

function serialize(document: object): string {
  return JSON.stringify({ formatVersion: FORMAT_VERSION, ...document });
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  text: string | undefined,
  key: string,
): z.output<Schema> {
  if (text === undefined) throw new StoredDocumentError(`${key} is not in the bucket`);
  const document = parseJson(text, key);
  const { formatVersion } = z
    .object({ formatVersion: z.unknown() })
    .catch({ formatVersion: undefined })
    .parse(document);
  if (formatVersion !== FORMAT_VERSION) {
    throw new StoredDocumentError(
      `${key} has format version ${JSON.stringify(formatVersion) ?? 'none'}; this version of EKS Auditor reads ${FORMAT_VERSION}`,
    );
  }
  const parsed = schema.safeParse(document, { reportInput: true });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => describeIssue(issue));
  throw new StoredDocumentError(`${key} cannot be read: ${problems.join('; ')}`);
}

function parseJson(text: string, key: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StoredDocumentError(`${key} is not JSON`, { cause: error });
  }
}
