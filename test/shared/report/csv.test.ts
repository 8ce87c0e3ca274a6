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

  expect(header).toMatch(/^\uFEFFcontrol_id,status,severity,account_id,account_name,region,cluster,/);
  expect(rows).toEqual([
    expect.stringMatching(
      /^5\.4\.1,FAILED,HIGH,111111111111,prod,eu-west-1,orders,AwsEksCluster,.*,Open\.,endpoint-access,$/,
    ),
    expect.stringMatching(/^5\.4\.1,PASSED,,.*,payments,.*,Fine\.,endpoint-access,$/),
    '',
  ]);
});

it('quotes cells with commas, semicolons and quotes, and shows line breaks as spaces', () => {
  const run = aRun({ verdicts: [aVerdict({ reason: 'one, "two"\nthree' }), aVerdict({ reason: 'a;b' })] });

  expect(renderCsv(run)).toContain(',"one, ""two"" three",endpoint-access,\r\n');
  expect(renderCsv(run)).toContain(',"a;b",endpoint-access,\r\n');
});

it.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\\u0009=1"],
  ['\r=1', "' =1"],
  ['\n=1', "' =1"],
  ['\n=1;2', `"' =1;2"`],
  ['  =1', "'  =1"],
  ['＝1', "'＝1"],
])('prefixes cells that a spreadsheet would run as a formula: %j', (reason, cell) => {
  const csv = renderCsv(aRun({ verdicts: [aVerdict({ reason })] }));

  expect(csv).toContain(`,${cell},endpoint-access,\r\n`);
});
