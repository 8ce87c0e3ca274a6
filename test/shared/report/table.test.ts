import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { NO_CHANGES } from '../../../shared/model/run.ts';
import { anAccount, aRun, aVerdict, flattened } from './builders.ts';
import { aFullRun, table } from './table-support.ts';

describe('layout', () => {
  it.each([60, 80, 120, 200])('fits a terminal of %i columns, except for longer words', (width) => {
    const tooWide = table(aFullRun(), { width })
      .split('\n')
      .filter((line) => line.length > width && line.trim().includes(' '));

    expect(tooWide).toEqual([]);
  });

  it.each([
    { length: 68, indent: 12 },
    { length: 69, indent: 2 },
    { length: 78, indent: 2 },
    { length: 80, indent: 0 },
    { length: 90, indent: 0 },
  ])('indents a word of $length characters by $indent in 80 columns', ({ length, indent }) => {
    const word = 'w'.repeat(length);

    expect(table(aRun({ verdicts: [aVerdict({ reason: word })] })).split('\n')).toContain(
      `${' '.repeat(indent)}${word}`,
    );
  });

  it('has the same text with colours as without', () => {
    const coloured = table(aFullRun(), { colour: true });

    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(table(aFullRun()));
  });

  it('shows more of a title where there is room', () => {
    const title = 'Kubernetes secrets are encrypted with a customer managed KMS key';
    const run = aRun({
      verdicts: [aVerdict({ control: 'secrets-encryption', controlId: '5.3.1', status: 'PASSED' })],
    });

    expect(table(run, { width: 120 })).toContain(title);
    expect(table(run, { width: 80 })).not.toContain(title);
  });

  it('removes control characters from names', () => {
    const run = aRun({
      verdicts: [aVerdict({ reason: 'seen: \u001b[2J\u001b]0;title\u0007 \u202etxet' })],
      accounts: [anAccount({ name: 'evil\r\u001b[31m' })],
    });

    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(table(run)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});

describe('compliance', () => {
  it('counts verdicts by control and status', () => {
    const run = aRun({
      verdicts: [
        aVerdict({ control: 'control-plane-logs', controlId: '2.1.1' }),
        aVerdict({ control: 'control-plane-logs', controlId: '2.1.1', cluster: 'b', status: 'PASSED' }),
        aVerdict({ control: 'control-plane-logs', controlId: '2.1.1', cluster: 'c', status: 'PASSED' }),
      ],
    });

    expect(flattened(table(run))).toContain('2.1.1 The control plane writes audit logs 1 · · 2');
  });

  it('counts resources that passed without naming them', () => {
    const run = aRun({ verdicts: [aVerdict({ status: 'PASSED', cluster: 'spotless' })] });

    expect(table(run)).toContain('1 passed');
    expect(table(run)).not.toContain('spotless');
  });
});

describe('failures', () => {
  it('names account, Region, cluster, reason code, reason and fix', () => {
    const text = flattened(table(aFullRun()));

    expect(text).toContain(
      'HIGH 111111111111 (payments-prod) · eu-west-1 · payments OPEN_TO_INTERNET: The public endpoint is open to all',
    );
    expect(text).toContain('Fix Switch on private access');
  });

  it('puts the control with the worst failure first', () => {
    const text = table(aFullRun());
    const list = text.slice(text.indexOf('FAILED ('));

    expect(list.indexOf('5.3.1')).toBeLessThan(list.indexOf('5.4.1'));
  });

  it('names every reason code that applies', () => {
    const verdict = aVerdict({ reasonCodes: ['PUBLIC_ACCESS_ENABLED', 'PRIVATE_ACCESS_DISABLED'] });

    expect(table(aRun({ verdicts: [verdict] }))).toContain(
      'PUBLIC_ACCESS_ENABLED, PRIVATE_ACCESS_DISABLED: ',
    );
  });

  it('names the resource to fix where it is not the cluster', () => {
    const id = 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/shop/1';
    const verdict = aVerdict({ resource: { type: 'AwsElbv2LoadBalancer', id, name: 'shop' } });

    expect(table(aRun({ verdicts: [verdict] }))).toContain(
      'eu-west-1 · payments · AwsElbv2LoadBalancer shop',
    );
  });

  it('shows a reason once that several clusters share', () => {
    const verdicts = [aVerdict({ cluster: 'a' }), aVerdict({ cluster: 'b' })];
    const text = flattened(table(aRun({ verdicts })));

    expect(text).toContain('eu-west-1 · a 111111111111 · eu-west-1 · b OPEN_TO_INTERNET');
    expect(text.match(/OPEN_TO_INTERNET/g)).toHaveLength(1);
  });

  it('lists at most 20 verdicts of a control', () => {
    const many = Array.from({ length: 1000 }, (_, index) =>
      aVerdict({ cluster: `c${index}`, reason: `Seen ${index}.` }),
    );
    const text = table(aRun({ verdicts: many }));

    expect(text.split('\n').length).toBeLessThan(100);
    expect(text).toContain('and 980 more');
    expect(text).toContain('1,000 failed');
  });

  it('shows the severity of failures only', () => {
    const verdicts = [aVerdict(), aVerdict({ status: 'WARNING' }), aVerdict({ status: 'NOT_AVAILABLE' })];

    const text = table(aRun({ verdicts }));

    expect(text).toMatch(/^ {2}HIGH {6}111111111111/m);
    expect(text).not.toContain('LOW');
  });

  it('shows how to fix a control once when it has failures and warnings', () => {
    const verdicts = [aVerdict(), aVerdict({ cluster: 'b', status: 'WARNING' })];

    expect(table(aRun({ verdicts })).match(/Switch on private access/g)).toHaveLength(1);
  });
});

describe('totals', () => {
  it('counts what was covered', () => {
    expect(table(aFullRun())).toContain('1 of 2 accounts · 1 account/Region pair · 1 cluster');
  });

  it('counts findings by what happened to them', () => {
    const changes = { ...NO_CHANGES, created: 12, unchanged: 140 };

    expect(table(aRun({ publish: true, changes }))).toContain('Findings  12 created · 140 unchanged\n');
  });

  it('says that findings were not published', () => {
    expect(table(aRun())).toContain('not published');
  });

  it('ends with the conclusion', () => {
    expect(table(aRun()).split('\n').slice(-2)).toEqual([
      'PASSED: nothing failed; the audit is complete',
      '',
    ]);
  });
});
