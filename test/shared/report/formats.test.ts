import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { STATUSES } from '../../../shared/model/verdict.ts';
import { renderJunit } from '../../../shared/report/junit.ts';
import { kubeBenchDocument } from '../../../shared/report/kube-bench.ts';
import { renderMarkdown } from '../../../shared/report/markdown.ts';
import { ocsfDocument } from '../../../shared/report/ocsf.ts';
import { sarifDocument } from '../../../shared/report/sarif.ts';
import { schemaValidator } from '../../schemas/json-schemas.ts';
import { parseXml, type XmlElement } from '../../schemas/xml.ts';
import { xsdValidator } from '../../schemas/xsd.ts';
import { aGap, anAccount, aRegion, aRun, aVerdict } from './builders.ts';
import { hostileRun } from './hostile-run.ts';
import { hostileText, UNSAFE } from './hostile-texts.ts';
import { aFullRun } from './table-support.ts';

const EXCEPTION = {
  id: 'legacy',
  reason: 'Vendor appliance',
  owner: 'platform@example.com',
  expires: '2027-03-31',
};

/** A run with every status, at every level, in two accounts. */
const run = aRun({
  complete: false,
  organization: { id: 'o-a1b2c3d4e5' },
  caller: { accountId: '222222222222', arn: 'arn:aws:sts::222222222222:assumed-role/auditor/alice' },
  accounts: [
    anAccount({ name: 'payments-prod' }),
    anAccount({
      accountId: '222222222222',
      state: 'partial',
      regions: [aRegion({ gaps: [aGap({ what: 'region', operation: 'eks:ListClusters' })] })],
    }),
  ],
  verdicts: [
    aVerdict({ severity: 'CRITICAL' }),
    aVerdict({ accountId: '222222222222', cluster: 'orders', severity: 'LOW' }),
    aVerdict({ cluster: 'legacy', exception: EXCEPTION }),
    aVerdict({
      status: 'WARNING',
      control: 'network-policies',
      controlId: '5.4.4',
      reasonCode: 'UNKNOWN_CNI',
    }),
    aVerdict({
      status: 'NOT_AVAILABLE',
      control: 'iam-access',
      controlId: '5.5.1',
      reasonCode: 'EVIDENCE_UNREADABLE',
    }),
    aVerdict({
      status: 'PASSED',
      control: 'private-endpoint',
      controlId: '5.4.2',
      reasonCode: 'PRIVATE_ENDPOINT',
    }),
    anAccountVerdict(),
  ],
});

function anAccountVerdict() {
  const { clusterArn: _, ...verdict } = aVerdict({
    control: 'ecr-access',
    controlId: '5.1.2',
    level: 'account',
    resource: { type: 'AwsIamRole', id: 'arn:aws:iam::111111111111:role/ci', name: 'ci', tags: { team: '' } },
    related: [{ type: 'AwsAccount', id: 'AWS::::Account:111111111111' }],
  });
  return verdict;
}

const isOcsf = schemaValidator('ocsf-1.8.0-compliance-finding.json');
const isSarif = schemaValidator('sarif-schema-2.1.0.json');
const isKubeBench = schemaValidator('kube-bench.json');
const isAntJunit = xsdValidator('junit-ant.xsd');
const isJenkinsJunit = xsdValidator('junit-jenkins-10.xsd');

// biome-ignore lint/suspicious/noExplicitAny: what JSON holds is asserted below.
type Json = any;

/** A document as readers get it. */
function read(document: unknown): Json {
  return JSON.parse(JSON.stringify(document));
}

describe.each([
  ['a run with everything', run],
  ['a run with gaps, skipped accounts and rejected findings', aFullRun()],
  ['a run without verdicts', aRun()],
  ['a run in which every text is hostile', hostileRun('"<\\\u202e\u0007\n]({0}) ￾')],
])('the published schemas accept %s', (_, result) => {
  it('as OCSF', () => expect(isOcsf(read(ocsfDocument(result)))).toEqual([]));
  it('as SARIF', () => expect(isSarif(read(sarifDocument(result)))).toEqual([]));
  it('as the JSON of kube-bench', () => expect(isKubeBench(read(kubeBenchDocument(result)))).toEqual([]));
  it('as JUnit of Ant', () => expect(isAntJunit(renderJunit(result))).toEqual([]));
  it('as JUnit of Jenkins', () => expect(isJenkinsJunit(renderJunit(result))).toEqual([]));
});

test('the schemas refuse what does not conform', () => {
  const [finding] = read(ocsfDocument(run));
  expect(isOcsf([{ ...finding, severity: 'Low' }])).not.toEqual([]);
  expect(isOcsf([{ ...finding, nonsense: 1 }])).not.toEqual([]);
  expect(isSarif({ ...read(sarifDocument(run)), version: '2.0.0' })).not.toEqual([]);
  expect(isKubeBench({ Controls: [{}], Totals: {} })).not.toEqual([]);
  expect(isAntJunit(renderJunit(run).replace('<system-out/>', ''))).not.toEqual([]);
  expect(isAntJunit(renderJunit(run).replace(' classname=', ' class='))).not.toEqual([]);
  expect(isJenkinsJunit(renderJunit(run).replaceAll(' name=', ' title='))).not.toEqual([]);
});

describe('OCSF', () => {
  const findings = read(ocsfDocument(run));
  const summary = findings.map((finding: Json) => [
    finding.compliance.status_id,
    finding.status_id,
    finding.severity_id,
  ]);

  it('is an array of a finding for each verdict, worst first', () => {
    expect(findings).toHaveLength(run.verdicts.length);
    expect(summary).toEqual([
      [3, 1, 5],
      [3, 1, 4],
      [3, 3, 0],
      [3, 1, 2],
      [0, 1, 0],
      [2, 1, 0],
      [1, 4, 1],
    ]);
  });

  it('says what an exception is, and who accepted it', () => {
    expect(findings[2]).toMatchObject({ status: 'Suppressed', compliance: { status: 'Fail' } });
    expect(findings[2].comment).toBe(
      'Vendor appliance (exception legacy of platform@example.com until 2027-03-31)',
    );
  });

  it('says where, what, by which benchmark and how to fix it', () => {
    expect(findings[0]).toMatchObject({
      class_uid: 2003,
      type_uid: 200301,
      metadata: { version: '1.8.0', profiles: ['cloud'] },
      cloud: {
        provider: 'AWS',
        region: 'eu-west-1',
        account: { uid: '111111111111', name: 'payments-prod' },
      },
      compliance: { standards: ['CIS Amazon EKS Benchmark v1.5.0'], requirements: ['5.4.1'] },
      finding_info: { uid: `${run.verdicts[0]?.resource.id}/eks-auditor/endpoint-access` },
      resources: [{ uid: run.verdicts[0]?.resource.id, role: 'Affected' }],
      evidences: [{ data: { publicAccessCidrs: '0.0.0.0/0' } }],
    });
    expect(findings[0].remediation.references).toHaveLength(1);
  });
});

describe('SARIF', () => {
  const [{ results, tool, invocations }] = read(sarifDocument(run)).runs;

  it('tells failures by severity, warnings as notes, what is not available as open, and nothing that passed', () => {
    expect(results.map(({ kind, level }: Json) => [kind, level])).toEqual([
      ['fail', 'error'],
      ['fail', 'error'],
      ['fail', 'error'],
      ['fail', 'warning'],
      ['open', 'none'],
      ['fail', 'note'],
    ]);
  });

  it('suppresses what an exception covers, and nothing else', () => {
    expect(results.map(({ suppressions }: Json) => suppressions.length)).toEqual([0, 0, 1, 0, 0, 0]);
    expect(results[2].suppressions).toEqual([
      {
        kind: 'external',
        status: 'accepted',
        justification: 'Vendor appliance (exception legacy of platform@example.com until 2027-03-31)',
      },
    ]);
  });

  it('has a rule for each control, to which results point', () => {
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(tool.driver.rules.map(({ id }: Json) => id)).toEqual([
      'ecr-access/account',
      'endpoint-access',
      'iam-access',
      'network-policies',
      'private-endpoint',
    ]);
  });

  it('tells what could not be read', () => {
    expect(invocations[0].toolExecutionNotifications).toHaveLength(1);
    expect(invocations[0].toolExecutionNotifications[0].message.text).toContain('eks:ListClusters');
  });

  it('has no links and placeholders of others in its messages', () => {
    const verdict = aVerdict({ reason: 'role [click](https://example.com) {0}' });
    const [{ results: hostile }] = read(sarifDocument(aRun({ verdicts: [verdict] }))).runs;

    expect(hostile[0].message.text).toBe('role \\[click\\](https://example.com) {{0}}');
  });
});

describe('JUnit', () => {
  const suites = parseXml(renderJunit(run)).children;
  const cases = (suite: XmlElement | undefined) =>
    (suite?.children ?? []).filter(({ name }) => name === 'testcase');

  it('has a suite for each cluster, and for accounts', () => {
    expect(
      suites.map(({ attributes: { name, tests, failures, skipped } }) => [name, tests, failures, skipped]),
    ).toEqual([
      ['(account)', '1', '1', '0'],
      ['legacy', '1', '0', '1'],
      ['payments', '4', '1', '2'],
      ['orders', '1', '1', '0'],
    ]);
  });

  it('skips warnings, what is not available and what is excepted, with their text', () => {
    const skipped = suites
      .flatMap(cases)
      .flatMap(({ children }) => children.filter(({ name }) => name === 'skipped'));

    expect(skipped.map(({ attributes }) => attributes.message)).toEqual([
      'EXCEPTED: Vendor appliance (exception legacy of platform@example.com until 2027-03-31)',
      'NOT_AVAILABLE: EVIDENCE_UNREADABLE',
      'WARNING: UNKNOWN_CNI',
    ]);
    for (const { text } of skipped) expect(text).toContain('The public endpoint is open');
  });
});

describe('the JSON of kube-bench', () => {
  const document = read(kubeBenchDocument(run));

  it('has controls for each cluster, and totals over all', () => {
    expect(document.Controls.map(({ text }: Json) => text)).toEqual([
      '(account), account 111111111111 payments-prod, eu-west-1',
      'legacy, account 111111111111 payments-prod, eu-west-1',
      'payments, account 111111111111 payments-prod, eu-west-1',
      'orders, account 222222222222, eu-west-1',
    ]);
    expect(document.Totals).toEqual({ total_pass: 1, total_fail: 3, total_warn: 2, total_info: 1 });
  });

  it('groups checks by section, in the order of their numbers', () => {
    const [group] = document.Controls[2].tests;

    expect(document.Controls[2].tests.map(({ section }: Json) => section)).toEqual(['5.4', '5.5']);
    expect(group).toMatchObject({ pass: 1, fail: 1, warn: 1, info: 0 });
    expect(group.results.map(({ test_number: number, status }: Json) => [number, status])).toEqual([
      ['5.4.1', 'FAIL'],
      ['5.4.2', 'PASS'],
      ['5.4.4', 'WARN'],
    ]);
  });
});

describe('Markdown', () => {
  const text = renderMarkdown(run);

  it('counts each status, and lists what did not pass', () => {
    expect(text).toContain('| **All** | **3** | **1** | **1** | **1** | **1** |');
    expect(text).toContain('## Failed (3)');
    expect(text).toContain('## Excepted (1)');
    expect(text).toContain('## Not seen');
    expect(text).not.toContain('## Passed');
  });

  it('tells how much changed since an earlier run, where there is one', () => {
    const none = { worse: [], exceptionEnded: [], notAvailable: [], better: [], seenAgain: [], gone: [] };
    const [verdict = aVerdict()] = run.verdicts;
    const { control, controlId, resource, scope } = verdict;
    const change = { control, controlId, resource, scope };
    const since = { runId: 'earlier', startedAt: '2026-11-21T10:15:00.000Z' };
    const changes = { ...run.changes, ...none, since, excepted: [], new: [change, change], fixed: [change] };

    expect(text).not.toContain('Changes');
    expect(renderMarkdown({ ...run, changes })).toContain(
      'Changes since 2026-11-21 10:15 UTC: new 2, fixed 1.',
    );
  });

  it('shows no severity but of failures', () => {
    const rows = text.split('\n').filter((line) => /^\| [A-Z]* \| \d{12}/.test(line));

    expect(rows.map((row) => row.split(' | ')[0])).toEqual([
      '| CRITICAL',
      '| LOW',
      '| HIGH',
      '| ',
      '| ',
      '| ',
    ]);
  });

  it('has as many cells in each row, whatever others write, and none of their markup', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const lines = renderMarkdown(hostileRun(name)).split('\n');
        const header = lines.findIndex((line) => line.startsWith('| Severity'));
        const [, , row = ''] = lines.slice(header);
        expect(row.replaceAll(/\\./g, '').split('|')).toHaveLength(8);
        for (const line of lines) {
          expect(line).not.toMatch(UNSAFE);
          expect(line.replaceAll(/\\./g, '')).not.toMatch(/<|`|\]\(h(?!ttps:\/\/docs\.aws)/);
        }
        expect(lines.filter((line) => line.startsWith('## Failed'))).toHaveLength(1);
      }),
      { numRuns: 10 },
    );
  });
});

test('formats for other tools conform and hold no control character, whatever others write', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const hostile = hostileRun(text);
      const documents = [ocsfDocument(hostile), sarifDocument(hostile), kubeBenchDocument(hostile)].map(read);
      const junit = renderJunit(hostile);

      for (const document of documents) expect(JSON.stringify(document)).not.toMatch(UNSAFE);
      expect(junit.replaceAll('\n', '')).not.toMatch(UNSAFE);
      expect(isOcsf(documents[0])).toEqual([]);
      expect(isSarif(documents[1])).toEqual([]);
      expect(isKubeBench(documents[2])).toEqual([]);
      expect(isAntJunit(junit)).toEqual([]);
      expect(
        parseXml(junit).children.flatMap(({ children }) =>
          children.filter(({ name }) => name === 'testcase'),
        ),
      ).toHaveLength(STATUSES.length);
    }),
    { numRuns: 10 },
  );
});

test.each(['', ' ', '\n', '\u0085', '\u2028', '\u3000'])(
  'JUnit has a name for a suite of the cluster %j',
  (cluster) => {
    expect(isAntJunit(renderJunit(hostileRun(cluster)))).toEqual([]);
  },
);

test('totals are the sum of their parts, whatever a run says', () => {
  const verdict = fc.record({
    status: fc.constantFrom(...STATUSES),
    cluster: fc.constantFrom('a', 'b', 'c'),
    accountId: fc.constantFrom('111111111111', '222222222222'),
    controlId: fc.constantFrom('5.4.1', '5.4.2', '5.5.1', '2.1.1'),
    exception: fc.option(fc.constant(EXCEPTION), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(verdict, { maxLength: 30 }), (fields) => {
      const verdicts = fields.map(({ exception, ...rest }) =>
        aVerdict({ ...rest, ...(exception && { exception }) }),
      );
      const result = aRun({ verdicts });
      const { Controls, Totals } = read(kubeBenchDocument(result));
      const names = Object.keys(Totals);
      const sumOf = (parts: Json[], name: string) => parts.reduce((sum, part) => sum + part[name], 0);

      for (const name of names) expect(sumOf(Controls, name)).toBe(Totals[name]);
      for (const own of Controls)
        for (const name of names) expect(sumOf(own.tests, name.replace('total_', ''))).toBe(own[name]);
      expect(names.reduce((sum, name) => sum + Totals[name], 0)).toBe(verdicts.length);
      expect(ocsfDocument(result)).toHaveLength(verdicts.length);
      const suites = parseXml(renderJunit(result)).children.map(({ attributes }) => attributes);
      expect(
        sumOf(
          suites.map(({ tests }) => ({ tests: Number(tests) })),
          'tests',
        ),
      ).toBe(verdicts.length);
    }),
    { numRuns: 50 },
  );
});
