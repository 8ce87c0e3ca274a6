import * as z from 'zod';
import type { LabelSelector } from '../../model/kubernetes-facts.ts';
import { record } from '../../model/record.ts';

/*
 * What the schemas of objects are made of: each checks what the API server answers, and keeps only what is used.
 * https://kubernetes.io/docs/reference/kubernetes-api/
 */

export const text = z.string();
export const texts = z.array(text);
export const labels = record(z.string(), text).nullish();
export const optional = <S extends z.ZodType>(schema: S) => schema.nullish();
/** A list that is empty where it is left out. */
export const list = <S extends z.ZodType>(item: S) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

export const namespaced = z.object({ namespace: text.min(1), name: text.min(1), labels });

/** Without what is undefined or null, so that facts are the same after they were saved and read again. */
export function defined<T extends object>(fields: T): { [Key in keyof T]: NonNullable<T[Key]> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(kept) as { [Key in keyof T]: NonNullable<T[Key]> };
}

export const labelSelector = z
  .object({
    matchLabels: labels,
    matchExpressions: list(z.object({ key: text, operator: text, values: optional(texts) })),
  })
  .transform(
    ({ matchLabels, matchExpressions }) =>
      defined({
        matchLabels: matchLabels ?? undefined,
        matchExpressions:
          matchExpressions.length > 0 ? matchExpressions.map((one) => defined(one)) : undefined,
      }) as LabelSelector,
  );

/** `null` and an empty selector both select everything. */
export const selectorOrAll = optional(labelSelector).transform((selector): LabelSelector => selector ?? {});
