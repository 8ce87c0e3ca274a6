import type { Plan } from '../../shared/model/run.ts';
import { organizationSchema } from '../../shared/pipeline/stored-plan.ts';
import { checkDocument, parseJson } from './stored-document.ts';

/** Throws StoredDocumentError. */
export function parseOrganization(text: string | undefined, key: string): Plan['organization'] {
  return checkDocument(organizationSchema, parseJson(text, key), key);
}
