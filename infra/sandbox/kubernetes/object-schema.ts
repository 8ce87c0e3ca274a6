import * as z from 'zod';
import { FIELDS } from './object-fields.ts';
import { apiVersionOf, RESOURCE_TYPES, type ResourceType, typeOf } from './resources.ts';

const text = z.string();
const labels = z.record(text, text);

const owner = z.strictObject({
  apiVersion: text.exactOptional(),
  kind: text,
  name: text,
  uid: text.exactOptional(),
  controller: z.boolean().exactOptional(),
  blockOwnerDeletion: z.boolean().exactOptional(),
});

const clusterMetadata = z.strictObject({
  name: text.min(1),
  uid: text.exactOptional(),
  resourceVersion: text.exactOptional(),
  creationTimestamp: text.exactOptional(),
  generateName: text.exactOptional(),
  labels: labels.exactOptional(),
  annotations: labels.exactOptional(),
  ownerReferences: z.array(owner).exactOptional(),
});
const namespacedMetadata = clusterMetadata.extend({ namespace: text.min(1) });

function schemaOf(type: ResourceType): z.ZodType {
  const fields = FIELDS[`${type.resource}.${type.group}`] ?? FIELDS[type.resource];
  return z.strictObject({
    apiVersion: z.literal(apiVersionOf(type)),
    kind: z.literal(type.kind),
    metadata: type.isNamespaced ? namespacedMetadata : clusterMetadata,
    ...fields,
  });
}

const SCHEMAS = new Map(RESOURCE_TYPES.map((type) => [type, schemaOf(type)]));

/** An object of a world file, as `kubectl get --output yaml` writes it, of any kind that the sandbox has. */
export const objectSchema = z
  .looseObject({ apiVersion: text, kind: text, metadata: z.looseObject({ name: text }) })
  .superRefine((object, context) => {
    const type = typeOf(object.apiVersion, object.kind);
    const schema = type && SCHEMAS.get(type);
    if (schema === undefined) {
      const kinds = RESOURCE_TYPES.map((one) => `${apiVersionOf(one)} ${one.kind}`).join(', ');
      const message = `the sandbox has no ${object.apiVersion} ${object.kind}; there are ${kinds}`;
      context.addIssue({ code: 'custom', path: ['kind'], message });
      return;
    }
    for (const issue of schema.safeParse(object).error?.issues ?? [])
      context.addIssue({ ...issue, code: 'custom' });
  });
