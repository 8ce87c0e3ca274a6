import { expect, it } from 'vitest';
import { renderCsv } from '../../../shared/report/csv.ts';
import { anAccount, aRun, aVerdict } from './builders.ts';

it('has a header and a row for each verdict, worst first', () => {
  const run = aRun({
    verdicts: [
      aVerdict({ status: 'PASSED', reason: 'Fine.' }),
      aVerdict({ cluster: 'orders', reason: 'Open.' }),
    ],
    accounts: [anAccount({ name: 'prod' })],
  });

  const [header, ...rows] = renderCsv(run).split('\r\n');

  expect(header).toMatch(/^control_id,status,severity,account_id,account_name,region,cluster,/);
  expect(rows).toEqual([
    expect.stringMatching(
      /^5\.4\.1,FAILED,HIGH,111111111111,prod,eu-west-1,orders,AwsEksCluster,.*,Open\.,endpoint-access$/,
    ),
    expect.stringMatching(/^5\.4\.1,PASSED,INFORMATIONAL,.*,payments,.*,Fine\.,endpoint-access$/),
    '',
  ]);
});

it('quotes cells with commas, quotes and line breaks', () => {
  const run = aRun({ verdicts: [aVerdict({ reason: 'one, "two"\nthree' })] });

  expect(renderCsv(run)).toContain(',"one, ""two""\nthree",endpoint-access\r\n');
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])(
  'prefixes cells that a spreadsheet would run as a formula: %s',
  (reason) => {
    const csv = renderCsv(aRun({ verdicts: [aVerdict({ reason })] }));

    expect(csv).toContain(`,'${reason},endpoint-access\r\n`);
  },
);
