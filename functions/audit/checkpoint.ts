import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Inventory } from '../../shared/model/inventory.ts';
import { record } from '../../shared/model/record.ts';
import { VERSION } from '../../shared/model/version.ts';
import type { AccountReading } from '../../shared/pipeline/read-account.ts';
import { targetRegionSchema } from '../runtime/events.ts';
import {
  checkDocument,
  parseJson,
  StoredDocumentError,
  serializeDocument,
} from '../runtime/stored-document.ts';
import { type PublishedSoFar, publishedRegionSchema } from './published-so-far.ts';

/** Raised by every change of the inventory's facts. */
const FORMAT_VERSION = 1;

/** How far the audit of an account is, for the next invocation. */
export interface Checkpoint extends AccountReading {
  /** Nothing is left to read. */
  readonly isRead: boolean;
  /** How many facts were read. */
  readonly facts: number;
  /** What was published. */
  readonly published: PublishedSoFar;
  /** How long it took so far, in milliseconds. */
  readonly durationMs: number;
}

const unreadable = z.object({
  state: z.literal('unreadable'),
  kind: z.enum(['denied', 'throttled', 'gone', 'failed']),
  code: z.string(),
  operation: z.string(),
  detail: z.string(),
  byOrganization: z.literal(true).exactOptional(),
});
const evidence = z.discriminatedUnion('state', [
  z.object({ state: z.literal('present'), value: z.unknown() }),
  z.object({ state: z.literal('absent') }),
  unreadable,
]);
const part = {
  facts: record(z.string(), evidence),
  observed: record(z.string(), z.iso.datetime()),
};
const inventorySchema = z.object({
  partition: z.string(),
  accountId: z.string(),
  selection: z.object({ allRegions: z.boolean(), allClusters: z.boolean(), registries: z.boolean() }),
  regions: z.array(
    z.object({
      scope: z.object({ partition: z.string(), accountId: z.string(), region: z.string() }),
      clusterNames: z.union([
        z.object({ state: z.literal('present'), value: z.array(z.string()) }),
        unreadable,
      ]),
      clusters: z.array(z.object({ name: z.string(), arn: z.string(), ...part })),
      ...part,
    }),
  ),
  ...part,
});

const checkpointSchema = z.object({
  /** Of the auditor that wrote it: another one reads anew. */
  version: z.string(),
  /** SHA-256 of the inventory, in hexadecimal. */
  digest: z.string(),
  isRead: z.boolean(),
  facts: z.int().min(0),
  regions: z.array(targetRegionSchema),
  inventory: inventorySchema,
  published: record(z.string(), publishedRegionSchema),
  durationMs: z.number().min(0),
});

export function serializeCheckpoint({ inventory, ...rest }: Checkpoint): string {
  return serializeDocument(
    { version: VERSION, digest: digestOf(inventory), ...rest, inventory },
    FORMAT_VERSION,
  );
}

/**
 * What an earlier invocation of the run left, if anything. Throws StoredDocumentError for a document of another account or
 * format, or with facts that are not those that were written: they become verdicts.
 */
export function parseCheckpoint(
  text: string | undefined,
  key: string,
  accountId: string,
): Checkpoint | undefined {
  if (text === undefined) return undefined;
  const document = parseJson(text, key);
  const { version, digest, ...checkpoint } = checkDocument(checkpointSchema, document, key, FORMAT_VERSION);
  if (version !== VERSION) return undefined;
  // As it was written: its form was checked, and each fact is by the digest.
  const { inventory } = document as { readonly inventory: Inventory };
  if (digest !== digestOf(inventory)) throw new StoredDocumentError(`${key} does not have its digest`);
  if (inventory.accountId !== accountId)
    throw new StoredDocumentError(`${key} is of account ${inventory.accountId}`);
  return { ...checkpoint, inventory };
}

function digestOf(inventory: Inventory): string {
  return createHash('sha256').update(JSON.stringify(inventory)).digest('hex');
}
