import type { RunResult } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import { type Markup, markup } from './markup.ts';
import { accountNames } from './places.ts';
import { controlText } from './reported-controls.ts';
import { safeText } from './safe-text.ts';
import { exceptionText, shownStatusOf } from './shown-status.ts';
import { type Subject, subjectsOf } from './subjects.ts';
import { compareVerdicts } from './summary.ts';

/**
 * The run as JUnit tests, for CI systems: a suite for each cluster (and for Regions and accounts with verdicts of their own),
 * a test for each verdict. FAILED is a failure; WARNING, NOT_AVAILABLE and EXCEPTED are skipped and say why. It conforms to
 * the schemas of Apache Ant (https://github.com/windyroad/JUnit-Schema) and of Jenkins (junit-10.xsd of its xunit plugin),
 * of which the first allows no totals at the root. Pure.
 */
export function renderJunit(result: RunResult): string {
  const names = accountNames(result);
  const suites = subjectsOf(result.verdicts).map((subject, index) => suite(subject, index, result, names));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${markup`<testsuites>
${suites}</testsuites>
`}`;
}

function suite(
  { accountId, region, name, verdicts }: Subject,
  index: number,
  { run }: RunResult,
  names: ReadonlyMap<string, string>,
): Markup {
  const cases = verdicts.toSorted(compareVerdicts).map((verdict) => ({
    verdict,
    status: shownStatusOf(verdict),
  }));
  const failures = cases.filter(({ status }) => status === 'FAILED').length;
  const skipped = cases.filter(({ status }) => status !== 'FAILED' && status !== 'PASSED').length;
  const className = `${accountId}.${region}.${name}`;
  const properties = [
    ['account', accountId],
    ['accountName', names.get(accountId) ?? ''],
    ['region', region],
    ['benchmark', run.benchmark],
    ['run', run.id],
  ] as const;
  return markup`<testsuite id="${index}" package="${accountId}.${region}" name="${suiteName(name)}" hostname="localhost" timestamp="${run.startedAt.slice(0, 19)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}" time="0">
<properties>
${properties.map(([key, value]) => markup`<property name="${key}" value="${value}"/>\n`)}</properties>
${cases.map(({ verdict }) => testCase(verdict, className))}<system-out/>
<system-err/>
</testsuite>
`;
}

/** The schema of Apache Ant takes no name of white space alone. */
function suiteName(name: string): string {
  return safeText(name, 'html').trim() === '' ? '(no name)' : name;
}

function testCase(verdict: Verdict, className: string): Markup {
  const { controlId, control, resource } = verdict;
  const name = `${controlId} ${control}: ${resource.id}`;
  return markup`<testcase name="${name}" classname="${className}" time="0">${outcome(verdict)}</testcase>\n`;
}

function outcome(verdict: Verdict): Markup | false {
  const status = shownStatusOf(verdict);
  const { severity, reasonCode, reason } = verdict;
  if (status === 'PASSED') return false;
  if (status !== 'FAILED') {
    const why = status === 'EXCEPTED' ? exceptionText(verdict) : reasonCode;
    return markup`<skipped message="${status}: ${why}">${reason}</skipped>`;
  }
  const fix = controlText(verdict)?.remediation;
  return markup`<failure type="${reasonCode}" message="${severity}: ${reason}">${reason}${fix && ` Fix: ${fix.text} ${fix.url}`}</failure>`;
}
