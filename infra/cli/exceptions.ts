import { parseConfig } from '../../shared/config/config.ts';
import { readExceptions } from '../../shared/config/load-config.ts';
import { withExceptions } from '../../shared/evaluate/exceptions.ts';
import type { Exception, ReportedException } from '../../shared/model/exception.ts';
import type { RunResult } from '../../shared/model/run.ts';
import type { Verdict } from '../../shared/model/verdict.ts';
import { countExceptions, reportedException } from '../../shared/report/exceptions.ts';
import { layoutOf } from '../../shared/report/layout.ts';
import { safeText } from '../../shared/report/safe-text.ts';
import { plural, wrapIndented } from '../../shared/report/text.ts';
import { readAsUser } from './config.ts';
import { widthOf } from './formats.ts';
import { openOutput } from './output.ts';
import { readResult } from './read-result.ts';

/** Checks the exceptions of a file and lists them, with what they cover of a result if one is given. Throws UserError. */
export async function checkExceptions(file: string, path: string | undefined): Promise<void> {
  const exceptions = exceptionsOf(file);
  const result = path === undefined ? undefined : await readResult(path);
  const output = await openOutput(undefined);
  const { width } = layoutOf({ width: widthOf(process.stdout, process.env), colour: false });
  const lines = checkLines(exceptions, result, new Date()).flatMap((line) => wrapIndented(line, width));
  await output.write(`${lines.join('\n')}\n`);
}

/** Those of a configuration, or of a file of exceptions: such a file cannot say whether the organization is audited. */
function exceptionsOf(file: string): readonly Exception[] {
  return readAsUser(() => parseConfig(readExceptions(file), `exceptions ${file}`).exceptions);
}

function checkLines(exceptions: readonly Exception[], result: RunResult | undefined, now: Date): string[] {
  if (exceptions.length === 0) return ['There are no exceptions.'];
  const today = now.toISOString().slice(0, 10);
  const day = result?.run.startedAt.slice(0, 10) ?? today;
  const verdicts = result === undefined ? [] : exceptedVerdicts(result, exceptions, day);
  const counts = countExceptions(verdicts);
  const reported = exceptions.map((exception) =>
    // Without a result what they cover is not known.
    reportedException(exception, result === undefined ? 1 : (counts.get(exception.id) ?? 0), day),
  );
  return [
    `${plural(exceptions.length, 'exception')}, all valid.`,
    ...(result === undefined ? [] : [`Compared with run ${safe(result.run.id)} of ${day}.`]),
    ...unitsUnknown(exceptions, result),
    '',
    ...reported.flatMap((exception) => describe(exception, result !== undefined)),
    ...(result === undefined ? [] : ['', totalOf(verdicts)]),
  ];
}

/** The verdicts of a result, each with the one of these exceptions that covers it, whatever covered it in the run. */
function exceptedVerdicts(result: RunResult, exceptions: readonly Exception[], day: string): Verdict[] {
  const units = new Map(
    result.coverage.accounts.map(({ accountId, organizationalUnits = [] }) => [
      accountId,
      organizationalUnits,
    ]),
  );
  const byAccount = Map.groupBy(result.verdicts, ({ scope }) => scope.accountId);
  return [...byAccount].flatMap(([accountId, verdicts]) => {
    const bare = verdicts.map(({ exception: _, ...verdict }) => verdict);
    return withExceptions(bare, { exceptions, day, organizationalUnits: units.get(accountId) ?? [] });
  });
}

/** A result that does not tell the OUs says nothing of the exceptions that name some. */
function unitsUnknown(exceptions: readonly Exception[], result: RunResult | undefined): string[] {
  const names = exceptions.some(({ organizationalUnits }) => organizationalUnits.length > 0);
  const isKnown = result?.coverage.accounts.some((account) => account.organizationalUnits !== undefined);
  if (result === undefined || !names || isKnown) return [];
  return [
    'The result does not tell the OUs of its accounts: exceptions that name OUs seem to cover nothing.',
  ];
}

const STATE_WORDS: Readonly<Record<ReportedException['state'], string>> = {
  used: '',
  unused: ', covers nothing',
  expired: ', EXPIRED',
  'expires-soon': ', expires soon',
};

function describe(
  { id, controls, owner, reason, expires, state, verdicts }: ReportedException,
  isCompared: boolean,
): string[] {
  const covered = isCompared && verdicts > 0 ? `, covers ${plural(verdicts, 'verdict')}` : '';
  const head = `${id} (${controls.join(', ')}), until ${expires}${STATE_WORDS[state]}${covered}`;
  return [safe(head), safe(`  ${owner}: ${reason}`)];
}

function totalOf(verdicts: readonly Verdict[]): string {
  const failed = verdicts.filter(({ status }) => status === 'FAILED');
  const covered = failed.filter(({ exception }) => exception !== undefined);
  return `${covered.length.toLocaleString('en')} of ${plural(failed.length, 'failure')} covered.`;
}

function safe(text: string): string {
  return safeText(text, 'terminal');
}
