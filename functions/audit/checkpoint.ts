import * as z from 'zod';
import type { Inventory } from '../../shared/model/inventory.ts';
import { record } from '../../shared/model/record.ts';
import { VERSION } from '../../shared/model/version.ts';
import type { AccountReading } from '../../shared/pipeline/read-account.ts';
import {
  INVENTORY_FORMAT_VERSION,
  inventoryDigest,
  inventorySchema,
  problemOfInventory,
} from '../../shared/pipeline/stored-inventory.ts';
import { withoutValues } from '../../shared/pipeline/without-values.ts';
import { noticesSchema } from '../../shared/report/run-result-parts.ts';
import { targetRegionSchema } from '../runtime/events.ts';
import {
  checkDocument,
  parseJson,
  StoredDocumentError,
  serializeDocument,
} from '../runtime/stored-document.ts';
import { type PublishedSoFar, publishedRegionSchema } from './published-so-far.ts';

/** How far the audit of an account is, for the next invocation. */
export interface Checkpoint extends AccountReading {
  /** Of the lease that the account was read under. */
  readonly leaseId: string;
  /** Nothing is left to read. */
  readonly isRead: boolean;
  /** How many facts were read. */
  readonly facts: number;
  /** What was published. */
  readonly published: PublishedSoFar;
  /** How long it took so far, in milliseconds. */
  readonly durationMs: number;
}

const checkpointSchema = z.object({
  /** Of the auditor that wrote it: another one reads anew. */
  version: z.string(),
  leaseId: z.string().exactOptional(),
  /** SHA-256 of the inventory, in hexadecimal. */
  digest: z.string(),
  isRead: z.boolean(),
  facts: z.int().min(0),
  regions: z.array(targetRegionSchema),
  notices: noticesSchema.exactOptional(),
  inventory: inventorySchema,
  published: record(z.string(), publishedRegionSchema),
  durationMs: z.number().min(0),
});

/** Without what people may have put secrets into, as in an inventory that somebody keeps. */
export function serializeCheckpoint({ inventory: read, ...rest }: Checkpoint): string {
  const inventory = withoutValues(read);
  return serializeDocument(
    { version: VERSION, digest: inventoryDigest(inventory), ...rest, inventory },
    INVENTORY_FORMAT_VERSION,
  );
}

/**
 * What an earlier invocation left under the lease, if anything: what was read under another one is older than what somebody
 * else has reported since. Throws StoredDocumentError for a document of another account or format, or with facts that are
 * not those that were written: they become verdicts.
 */
export function parseCheckpoint(
  text: string | undefined,
  key: string,
  accountId: string,
  leaseId: string,
): Checkpoint | undefined {
  if (text === undefined) return undefined;
  const document = parseJson(text, key);
  const { version, digest, ...checkpoint } = checkDocument(
    checkpointSchema,
    document,
    key,
    INVENTORY_FORMAT_VERSION,
  );
  if (version !== VERSION || checkpoint.leaseId !== leaseId) return undefined;
  // As it was written: its form was checked, and each fact is by the digest.
  const { inventory } = document as { readonly inventory: Inventory };
  const problem = problemOfInventory(inventory, { digest, accountId });
  if (problem !== undefined) throw new StoredDocumentError(`${key} ${problem}`);
  return { ...checkpoint, leaseId, inventory };
}
