import * as z from 'zod';
import type { Plan, Target } from '../../shared/model/run.ts';
import { organizationSchema } from '../../shared/pipeline/stored-plan.ts';
import { EventError } from './events.ts';
import { checkDocument, parseJson, serializeDocument } from './stored-document.ts';

/*
 * The part of a plan that every audit reads: the organization, whose accounts verdicts tell from others, and the accounts
 * that the run audits.
 */

const targetIdsSchema = z.object({ targetIds: z.array(z.string()) });

export function serializeRunScope({ organization, targets }: Plan): string {
  return serializeDocument({ ...organization, targetIds: targets.map(({ accountId }) => accountId) });
}

/** Throws StoredDocumentError, and EventError when the target is none of the run's plan. */
export function parseRunScope(
  text: string | undefined,
  key: string,
  target: Pick<Target, 'accountId'>,
): Plan['organization'] {
  const document = parseJson(text, key);
  const { targetIds, ...organization } = checkDocument(
    organizationSchema.extend(targetIdsSchema.shape),
    document,
    key,
  );
  if (!targetIds.includes(target.accountId)) {
    throw new EventError(`Invalid event: account ${target.accountId} is not in the run's plan`);
  }
  return organization;
}
