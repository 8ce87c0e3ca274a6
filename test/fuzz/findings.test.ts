import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reconcile } from '../../shared/publish/reconcile.ts';
import { aReconcileInput, aVerdict, stored } from '../shared/publish/builders.ts';
import { hostileText, mutatedTexts, recordOf } from './hostile.ts';

const verdict = aVerdict();
const own = stored(verdict);

const finding = fc
  .tuple(mutatedTexts(own), fc.option(recordOf(hostileText), { nil: undefined }))
  // What it is of, Security Hub was asked for.
  .map(([changed, ProductFields]): AwsSecurityFinding => {
    const { Id, ProductArn, GeneratorId, AwsAccountId } = own;
    return { ...changed, Id, ProductArn, GeneratorId, AwsAccountId, ...(ProductFields && { ProductFields }) };
  });

it('any finding under our product and id is made what was found, and no other', () => {
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 3 }), (existing) => {
      const result = reconcile(aReconcileInput({ existing, verdicts: [verdict] }));
      const sent = [...result.create, ...result.update];

      expect(new Set(sent.map(({ Id }) => Id)).size).toBe(sent.length);
      for (const { Id, Compliance } of sent) {
        expect(Id).toBe(own.Id);
        expect(Compliance?.Status).toBe(verdict.status);
      }
      expect(result.archive).toEqual([]);
    }),
  );
});
