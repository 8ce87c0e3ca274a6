import { consoleDomainOf, partitionOf } from '../model/partition.ts';
import type { RunResult } from '../model/run.ts';
import { SEVERITIES, type Verdict } from '../model/verdict.ts';
import { commandsIn } from './fix-commands.ts';
import { type HtmlControl, type HtmlData, type HtmlRow, MARKS } from './html-format.ts';
import { accountNames, clusterNameOf } from './places.ts';
import { type ControlRef, controlRefKey, controlText } from './reported-controls.ts';
import { safeText } from './safe-text.ts';
import { SHOWN_STATUSES, shownStatusOf } from './shown-status.ts';

/** The most bytes of the data: the file, which is at most 1.5 MB, has 0.3 MB of other things in it. */
const MAX_BYTES = 1_200_000;
/** From so many bytes on evidence is left out, for the sake of the verdicts themselves. */
const MAX_BYTES_WITH_EVIDENCE = 950_000;

/** Gives each different item the index at which it is. */
class Interned<Item> {
  readonly items: Item[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #onNew: (item: Item) => void;

  constructor(onNew: (item: Item) => void) {
    this.#onNew = onNew;
  }

  indexOf(key: string, make: () => Item): number {
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const item = make();
    this.#onNew(item);
    this.#indexes.set(key, this.items.length);
    return this.items.push(item) - 1;
  }
}

/**
 * The verdicts of a result, worst first, as the script of the HTML reads them. What would make the file too large is left
 * out: first the evidence of the least important, then they themselves. Pure.
 */
export function htmlDataOf(result: RunResult, total: number): HtmlData {
  const tables = new Tables(result);
  const rows: HtmlRow[] = [];
  for (const verdict of result.verdicts) {
    const row = tables.rowOf(verdict);
    if (tables.bytes > MAX_BYTES) break;
    rows.push(row);
  }
  return {
    withoutEvidence: tables.withoutEvidence,
    texts: tables.texts.items,
    severities: SEVERITIES,
    controls: tables.controls.items,
    units: tables.units.items,
    accounts: tables.accounts.items,
    regions: tables.regions.items,
    subjects: tables.subjects.items,
    resources: tables.resources.items,
    evidence: tables.evidence.items,
    exceptions: tables.exceptions.items,
    rows,
    total,
  };
}

type Element<List> = List extends readonly (infer Item)[] ? Item : never;

class Tables {
  /** Of everything so far as JSON in UTF-8. */
  bytes = 0;
  /** How many verdicts have evidence that is left out. */
  withoutEvidence = 0;
  readonly #count = (item: unknown): void => {
    this.bytes += Buffer.byteLength(inScript(item)) + 1;
  };
  readonly texts = new Interned<string>(this.#count);
  readonly controls = new Interned<HtmlControl>(this.#count);
  readonly units = new Interned<string>(this.#count);
  readonly accounts = new Interned<Element<HtmlData['accounts']>>(this.#count);
  readonly regions = new Interned<Element<HtmlData['regions']>>(this.#count);
  readonly subjects = new Interned<Element<HtmlData['subjects']>>(this.#count);
  readonly resources = new Interned<Element<HtmlData['resources']>>(this.#count);
  readonly evidence = new Interned<Element<HtmlData['evidence']>>(this.#count);
  readonly exceptions = new Interned<Element<HtmlData['exceptions']>>(this.#count);
  readonly #names: ReadonlyMap<string, string>;
  readonly #units: ReadonlyMap<string, readonly string[]>;

  constructor(result: RunResult) {
    this.#names = accountNames(result);
    this.#units = new Map(
      result.coverage.accounts.map(({ accountId, organizationalUnits = [] }) => [
        accountId,
        organizationalUnits.map(({ id, name }) => (name === undefined ? id : `${name} (${id})`)),
      ]),
    );
  }

  rowOf(verdict: Verdict): HtmlRow {
    const { reasonCodes, reason } = verdict;
    const mark = marker(verdict);
    const marked = (text: string): number => this.#text(mark(safe(text)));
    const state = SHOWN_STATUSES.indexOf(shownStatusOf(verdict)) * 10 + SEVERITIES.indexOf(verdict.severity);
    const row = [
      this.controls.indexOf(controlRefKey(verdict), () => htmlControl(verdict)),
      state,
      this.#subject(verdict),
      this.#text(safe(reasonCodes.join(', '))),
      marked(reason),
      this.#resource(verdict, marked),
      this.#evidence(verdict, marked),
      this.#exception(verdict),
    ] as const;
    const short = withoutZeros(row);
    this.#count(short);
    return short;
  }

  #exception({ exception }: Verdict): number {
    if (exception === undefined) return 0;
    const { id, reason, owner, expires } = exception;
    return this.exceptions.indexOf(id, () => [safe(id), safe(reason), safe(owner), safe(expires)]) + 1;
  }

  #text(text: string): number {
    return this.texts.indexOf(text, () => text);
  }

  #subject(verdict: Verdict): number {
    const { scope, clusterArn = '', level } = verdict;
    const { accountId, region } = scope;
    return this.subjects.indexOf([accountId, region, clusterArn || level].join(' '), () => [
      this.accounts.indexOf(accountId, () => [
        safe(accountId),
        safe(this.#names.get(accountId) ?? ''),
        (this.#units.get(accountId) ?? []).map((unit) => this.units.indexOf(unit, () => safe(unit))),
      ]),
      this.regions.indexOf(region, () => [safe(region), consoleDomainOf(partitionOf(region)) ?? '']),
      level,
      safe(clusterArn),
      safe(clusterNameOf(verdict) ?? ''),
    ]);
  }

  #resource({ resource, clusterArn }: Verdict, marked: (text: string) => number): number {
    if (resource.id === clusterArn) return 0;
    const item = [this.#text(resource.type), marked(resource.id), marked(resource.name ?? '')] as const;
    return this.resources.indexOf(item.join(' '), () => item) + 1;
  }

  #evidence({ evidence, status }: Verdict, marked: (text: string) => number): number {
    const entries = status === 'PASSED' ? [] : Object.entries(evidence);
    if (entries.length === 0) return 0;
    if (this.bytes > MAX_BYTES_WITH_EVIDENCE) {
      this.withoutEvidence += 1;
      return 0;
    }
    const item = entries.flatMap(([key, value]) => [this.#text(safe(key)), marked(value)]);
    return this.evidence.indexOf(item.join(' '), () => item) + 1;
  }
}

function htmlControl(control: ControlRef): HtmlControl {
  const text = controlText(control);
  const { text: fix = '', url = '' } = text?.remediation ?? {};
  const commands = commandsIn(fix);
  return {
    key: control.control,
    level: control.level,
    number: safe(control.controlId),
    title: text?.title ?? control.control,
    description: text?.description ?? '',
    // Commands are shown apart, with the names of resources.
    fix: commands.reduce((short, command) => short.replace(command, nameOfCommand(command)), fix),
    url: /^https:\/\//.test(url) ? url : '',
    commands,
  };
}

/** `aws eks update-addon` */
function nameOfCommand(command: string): string {
  return command.split(' ').slice(0, 3).join(' ');
}

/** A name shorter than this may be a word of the sentence. */
const MIN_NAME = 3;

/** Writes names of the subject as their marks, so that the same sentence about many clusters is one text. */
function marker(verdict: Verdict): (text: string) => string {
  const names: [string | undefined, string][] = [
    [verdict.clusterArn, MARKS.clusterArn],
    [clusterNameOf(verdict), MARKS.cluster],
    [verdict.scope.accountId, MARKS.accountId],
  ];
  const marks = names.flatMap(([name = '', mark]) =>
    name.length < MIN_NAME ? [] : [[safe(name), mark] as const],
  );
  return (text) => marks.reduce((marked, [name, mark]) => marked.replaceAll(name, mark), text);
}

/** The zeros at the end say nothing. */
function withoutZeros(row: Required<HtmlRow>): HtmlRow {
  const last = row.findLastIndex((value, index) => index < 5 || value !== 0);
  return row.slice(0, last + 1) as unknown as HtmlRow;
}

/** No text of others ends the element: https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements */
export function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** The longest text of others that is shown whole. */
const MAX_TEXT = 4_000;

/** The script writes texts as text: only what is invisible has to be shown. */
function safe(text: string): string {
  return safeText(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text, 'json');
}
