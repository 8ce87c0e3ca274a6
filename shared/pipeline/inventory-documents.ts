import * as z from 'zod';
import { describeIssue } from '../config/config-error.ts';
import { ACCOUNT_ID } from '../model/arn.ts';
import { BENCHMARKS } from '../model/benchmarks.ts';
import type { Inventory } from '../model/inventory.ts';
import { parseJson } from '../model/json.ts';
import { type Plan, TRIGGERS } from '../model/run.ts';
import { VERSION } from '../model/version.ts';
import { noticesSchema, organizationalUnitsSchema } from '../report/run-result-parts.ts';
import type { ReadRun } from './evaluate-inventory.ts';
import type { ReadAccount } from './read-account.ts';
import {
  INVENTORY_FORMAT_VERSION,
  inventoryDigest,
  inventorySchema,
  problemOfInventory,
  sha256,
} from './stored-inventory.ts';
import { PLAN_FIELDS } from './stored-plan.ts';
import { unreadableSchema } from './unreadable-schema.ts';
import { withoutValues } from './without-values.ts';

/*
 * What of a run is kept as evidence: a document for each account, and one that names the run and all of them. Each can be
 * checked without the others.
 */

/** A document is not what was saved. */
export class InventoryError extends Error {
  override readonly name = 'InventoryError';
}

/** One document, as the manifest names it. */
export interface SavedFile {
  /** Its path in the folder, with slashes. */
  readonly name: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

export function savedFile(name: string, text: string): SavedFile {
  return { name, bytes: Buffer.byteLength(text), sha256: sha256(text) };
}

const accountId = z.string().regex(ACCOUNT_ID);
const regions = z.array(z.object({ region: z.string(), disabled: z.literal(true).exactOptional() }));
const targetSchema = z.object({
  partition: z.string(),
  accountId,
  name: z.string().exactOptional(),
  organizationalUnits: organizationalUnitsSchema.exactOptional(),
  regions: regions.exactOptional(),
});
const run = z.object({
  id: z.string(),
  trigger: z.enum(TRIGGERS),
  startedAt: z.iso.datetime(),
  version: z.string(),
  benchmark: z.enum(BENCHMARKS),
  publish: z.boolean(),
});

const accountSchema = z.object({
  formatVersion: z.literal(INVENTORY_FORMAT_VERSION),
  runId: z.string(),
  version: z.string(),
  startedAt: z.iso.datetime(),
  target: targetSchema,
  reading: z.discriminatedUnion('state', [
    z.object({
      state: z.literal('present'),
      digest: z.string(),
      value: z.object({ regions, inventory: inventorySchema, notices: noticesSchema.exactOptional() }),
    }),
    unreadableSchema,
  ]),
});

/** The document of an account. */
export function serializeAccount({ target, startedAt, reading }: ReadAccount, runId: string): string {
  return `${JSON.stringify({
    formatVersion: INVENTORY_FORMAT_VERSION,
    runId,
    version: VERSION,
    startedAt,
    target,
    reading: reading.state === 'present' ? keptReading(reading.value) : reading,
  })}\n`;
}

function keptReading(read: { readonly inventory: Inventory }) {
  const inventory = withoutValues(read.inventory);
  return { state: 'present', digest: inventoryDigest(inventory), value: { ...read, inventory } };
}

/** Throws InventoryError for a document of another run or form, or with facts that are not those that were written. */
export function parseAccount(text: string, runId: string): ReadAccount {
  const document = parseJson(text, refuse);
  const { target, startedAt, reading, runId: own } = check(accountSchema, document);
  if (own !== runId) throw new InventoryError(`is of run ${own}`);
  if (reading.state === 'unreadable') return { target, startedAt, reading };
  // As it was written: its form was checked, and each fact is by the digest.
  const { inventory } = (
    document as { readonly reading: { readonly value: { readonly inventory: Inventory } } }
  ).reading.value;
  const problem = problemOfInventory(inventory, { digest: reading.digest, accountId: target.accountId });
  if (problem !== undefined) throw new InventoryError(problem);
  return {
    target,
    startedAt,
    reading: { state: 'present', value: { ...reading.value, inventory } },
  };
}

const manifestSchema = z.object({
  formatVersion: z.literal(INVENTORY_FORMAT_VERSION),
  run: run.extend({ finishedAt: z.iso.datetime() }),
  region: z.string(),
  ...PLAN_FIELDS,
  targets: z.array(targetSchema),
  files: z.array(
    z.object({ name: z.string().regex(/^accounts\/\d{12}\.json$/), bytes: z.int(), sha256: z.string() }),
  ),
  digest: z.string(),
});

/** The document that names the run and every file. */
export function serializeManifest(
  { plan, region, finishedAt }: ReadRun,
  files: readonly SavedFile[],
): string {
  const { run: planned, ...rest } = plan;
  const document = {
    formatVersion: INVENTORY_FORMAT_VERSION,
    run: { ...planned, finishedAt },
    region,
    ...rest,
    files: files.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
  return `${JSON.stringify({ ...document, digest: sha256(JSON.stringify(document)) }, undefined, 1)}\n`;
}

/** Throws InventoryError. */
export function parseManifest(text: string): ReadRun & { readonly files: readonly SavedFile[] } {
  const document = parseJson(text, refuse);
  const { digest, files, region, formatVersion: _, run: finished, ...plan } = check(manifestSchema, document);
  const { digest: __, ...content } = document as { readonly digest: unknown };
  if (digest !== sha256(JSON.stringify(content))) throw new InventoryError('does not have its digest');
  const { finishedAt, ...planned } = finished;
  return { plan: { run: planned, ...plan } satisfies Plan, region, finishedAt, files };
}

function refuse(problem: string, options?: ErrorOptions): InventoryError {
  return new InventoryError(`is ${problem}`, options);
}

function check<Schema extends z.ZodType>(schema: Schema, document: unknown): z.output<Schema> {
  const parsed = schema.safeParse(document, { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InventoryError(`is not what was saved: ${issue ? describeIssue(issue) : 'unknown form'}`);
}
