import { consoleDomainOf, partitionOf } from '../model/partition.ts';
import type { RunResult } from '../model/run.ts';
import { SEVERITIES, type Verdict } from '../model/verdict.ts';
import { commandsIn } from './fix-commands.ts';
import { type HtmlControl, type HtmlData, type HtmlRow, MARKS } from './html-format.ts';
import { accountNames, clusterNameOf } from './places.ts';
import { type ControlRef, controlRefKey, controlText } from './reported-controls.ts';
import { safeText } from './safe-text.ts';
import { SHOWN_STATUSES, shownStatusOf } from './shown-status.ts';

/** Gives each different item the index at which it is. */
class Interned<Item> {
  readonly items: Item[] = [];
  readonly #indexes = new Map<string, number>();

  indexOf(key: string, make: () => Item): number {
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    this.#indexes.set(key, this.items.length);
    return this.items.push(make()) - 1;
  }
}

/** The verdicts of a result as the script of the HTML reads them. Pure. */
export function htmlDataOf(result: RunResult, total: number): HtmlData {
  const tables = new Tables(result);
  const rows = result.verdicts.map((verdict) => tables.rowOf(verdict));
  return {
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
  readonly texts = new Interned<string>();
  readonly controls = new Interned<HtmlControl>();
  readonly units = new Interned<string>();
  readonly accounts = new Interned<Element<HtmlData['accounts']>>();
  readonly regions = new Interned<Element<HtmlData['regions']>>();
  readonly subjects = new Interned<Element<HtmlData['subjects']>>();
  readonly resources = new Interned<Element<HtmlData['resources']>>();
  readonly evidence = new Interned<Element<HtmlData['evidence']>>();
  readonly exceptions = new Interned<Element<HtmlData['exceptions']>>();
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
    const { reasonCodes, reason, exception } = verdict;
    const marked = (text: string): number => this.#text(withMarks(verdict, safe(text)));
    const state = SHOWN_STATUSES.indexOf(shownStatusOf(verdict)) * 10 + SEVERITIES.indexOf(verdict.severity);
    const row = [
      this.controls.indexOf(controlRefKey(verdict), () => htmlControl(verdict)),
      state,
      this.#subject(verdict),
      this.#text(safe(reasonCodes.join(', '))),
      marked(reason),
      this.#resource(verdict, marked),
      this.#evidence(verdict, marked),
      exception === undefined
        ? 0
        : this.exceptions.indexOf(exception.id, () => [
            safe(exception.id),
            safe(exception.reason),
            safe(exception.owner),
            safe(exception.expires),
          ]) + 1,
    ] as const;
    return withoutZeros(row);
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
    if (status === 'PASSED') return 0;
    const item = Object.entries(evidence).flatMap(([key, value]) => [this.#text(safe(key)), marked(value)]);
    return item.length === 0 ? 0 : this.evidence.indexOf(item.join(' '), () => item) + 1;
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

/** Names of the subject as their marks, so that the same sentence about many clusters is one text. */
function withMarks(verdict: Verdict, text: string): string {
  const { clusterArn, scope } = verdict;
  const marks: [string | undefined, string][] = [
    [clusterArn, MARKS.clusterArn],
    [clusterNameOf(verdict), MARKS.cluster],
    [scope.accountId, MARKS.accountId],
  ];
  return marks.reduce((marked, [name, mark]) => (name ? marked.replaceAll(safe(name), mark) : marked), text);
}

/** The zeros at the end say nothing. */
function withoutZeros(row: Required<HtmlRow>): HtmlRow {
  const last = row.findLastIndex((value, index) => index < 5 || value !== 0);
  return row.slice(0, last + 1) as unknown as HtmlRow;
}

/** The longest text of others that is shown whole. */
const MAX_TEXT = 4_000;

/** The script writes texts as text: only what is invisible has to be shown. */
function safe(text: string): string {
  return safeText(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text, 'json');
}
