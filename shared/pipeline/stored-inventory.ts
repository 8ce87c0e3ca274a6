import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Inventory } from '../model/inventory.ts';
import { record } from '../model/record.ts';
import { unreadableSchema } from './unreadable-schema.ts';

/*
 * An inventory outside of the process that read it: in the bucket between two invocations, and in a folder that somebody
 * keeps as evidence.
 */

/** Raised by every change of the inventory's facts. */
export const INVENTORY_FORMAT_VERSION = 1;

const evidence = z.discriminatedUnion('state', [
  z.object({ state: z.literal('present'), value: z.unknown() }),
  z.object({ state: z.literal('absent') }),
  unreadableSchema,
]);
const part = {
  facts: record(z.string(), evidence),
  observed: record(z.string(), z.iso.datetime()),
};

/** The form of an inventory; each fact is what was written, by the digest. */
export const inventorySchema = z.object({
  partition: z.string(),
  accountId: z.string(),
  selection: z.object({ allRegions: z.boolean(), allClusters: z.boolean(), registries: z.boolean() }),
  regions: z.array(
    z.object({
      scope: z.object({ partition: z.string(), accountId: z.string(), region: z.string() }),
      clusterNames: z.union([
        z.object({ state: z.literal('present'), value: z.array(z.string()) }),
        unreadableSchema,
      ]),
      clusters: z.array(z.object({ name: z.string(), arn: z.string(), ...part })),
      ...part,
    }),
  ),
  ...part,
});

/** SHA-256 of an inventory, in hexadecimal. */
export function inventoryDigest(inventory: Inventory): string {
  return sha256(JSON.stringify(inventory));
}

/** Why a stored inventory is not the one that was written, or not of this account; `undefined` for one that is. */
export function problemOfInventory(
  inventory: Inventory,
  { digest, accountId }: { readonly digest: string; readonly accountId: string },
): string | undefined {
  if (digest !== inventoryDigest(inventory)) return 'does not have its digest';
  return inventory.accountId === accountId ? undefined : `is of account ${inventory.accountId}`;
}

/** SHA-256 of a text, in hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
