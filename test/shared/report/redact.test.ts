import { expect, it } from 'vitest';
import { NO_CHANGES } from '../../../shared/model/run.ts';
import { redacted } from '../../../shared/report/redact.ts';
import { runResultSchema } from '../../../shared/report/run-result-schema.ts';
import { aGap, anAccount, aRegion, aRun, aVerdict } from './builders.ts';

const SECRET = 'Canary';
const ARN = 'arn:aws:iam::111111111111:role/node';
const exception = { id: 'legacy', reason: 'Vendor', owner: `${SECRET}@example.com`, expires: '2027-03-31' };
const resource = {
  type: 'AwsIamRole' as const,
  id: ARN,
  name: SECRET,
  tags: { owner: SECRET },
  details: { RoleName: SECRET },
};

const run = aRun({
  organization: { id: 'o-a1b2c3d4e5' },
  caller: { accountId: '222222222222', arn: `arn:aws:sts::222222222222:assumed-role/auditor/${SECRET}` },
  accounts: [anAccount({ name: SECRET, organizationalUnits: [{ id: 'ou-ab12-cd34ef56', name: SECRET }] })],
  skipped: [
    {
      accountId: '333333333333',
      name: SECRET,
      code: 'ACCOUNT_NOT_ACTIVE',
      reason: 'its state in the organization is SUSPENDED',
      askedFor: false,
    },
  ],
  verdicts: [aVerdict({ resource, related: [resource], exception }), aVerdict({ status: 'PASSED' })],
  exceptions: [{ ...exception, controls: ['endpoint-access'], state: 'used', verdicts: 1 }],
});

it('leaves out names, tags, the caller and the owners of exceptions', () => {
  expect(JSON.stringify(run)).toContain(SECRET);
  expect(JSON.stringify(redacted(run))).not.toContain(SECRET);
  expect(redacted(run)).not.toHaveProperty('caller');
});

it('leaves out the caller in what AWS said to the caller', () => {
  const detail = `User: ${run.caller?.arn} is not authorized to perform: sts:AssumeRole`;
  const place = { accountId: '111111111111', region: 'eu-west-1' };
  const refused = aRun({
    ...(run.caller && { caller: run.caller }),
    accounts: [anAccount({ gaps: [aGap({ detail })], regions: [aRegion({ gaps: [aGap({ detail })] })] })],
    changes: { ...NO_CHANGES, failed: [{ ...place, findingId: 'a', code: 'AccessDenied', message: detail }] },
    notices: [{ ...place, code: 'ACCESS_GRANTED', detail }],
  });

  const text = JSON.stringify(redacted(refused));

  expect(text).not.toContain(SECRET);
  expect(text.match(/User: \[caller\] is not authorized/g)).toHaveLength(4);
});

it('keeps what verdicts are about, and is still a result', () => {
  const { verdicts, coverage } = redacted(run);

  expect(verdicts.map(({ status, resource: { id } }) => [status, id])).toEqual([
    ['FAILED', ARN],
    ['PASSED', run.verdicts[1]?.resource.id],
  ]);
  expect(coverage.accounts[0]?.accountId).toBe('111111111111');
  expect(runResultSchema.safeParse(redacted(run)).error).toBeUndefined();
});
