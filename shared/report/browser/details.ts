import type { HtmlControl } from '../html-format.ts';
import { bdi, button, copy, counted, element } from './dom.ts';
import { commandsFor, type Finding, labelOf } from './findings.ts';

/** Each status as people read it. */
export const STATUS_WORDS = {
  FAILED: 'FAILED',
  NOT_AVAILABLE: 'NOT AVAILABLE',
  WARNING: 'WARNING',
  EXCEPTED: 'EXCEPTED',
  PASSED: 'PASSED',
} as const;

export const STATUS_TONES = {
  FAILED: 'failed',
  NOT_AVAILABLE: 'unknown',
  WARNING: 'warning',
  EXCEPTED: 'excepted',
  PASSED: 'passed',
} as const;

/** The severity of what failed, otherwise the status. */
export function label({ severity, status }: Finding): HTMLElement {
  const tone = severity || STATUS_TONES[status];
  return element('span', { class: `label ${tone}` }, severity || STATUS_WORDS[status]);
}

/** What a fix is for: what failed; otherwise what is to be reviewed, or is accepted for a time. */
export function toFix(findings: readonly Finding[]): readonly Finding[] {
  const byStatus = Map.groupBy(findings, ({ status }) => status);
  return byStatus.get('FAILED') ?? byStatus.get('WARNING') ?? byStatus.get('EXCEPTED') ?? [];
}

/** How to fix a control, with the names of the first finding in its commands. */
export function fix(control: HtmlControl, findings: readonly Finding[]): Element {
  const block = element('div', { class: 'fix' }, element('p', {}, element('b', {}, 'Fix '), control.fix));
  if (control.url !== '')
    block.append(element('a', { href: control.url, rel: 'noreferrer' }, 'Documentation'));
  for (const index of control.commands.keys()) block.append(commandBlock(findings, index));
  return block;
}

function commandBlock(findings: readonly Finding[], index: number): Element {
  const commands = [...new Set(findings.map((finding) => commandsFor(finding)[index] ?? ''))];
  const [command = ''] = commands;
  const first: HTMLElement = button('Copy', () => void copy(command, first));
  const block = element(
    'div',
    { class: 'command' },
    element('pre', { tabindex: 0 }, element('code', {}, command)),
    first,
  );
  if (commands.length > 1) {
    const every: HTMLElement = button(
      `Copy for all ${counted(commands.length)}`,
      () => void copy(commands.join('\n'), every),
    );
    block.append(every);
  }
  return block;
}

/** Where a finding is: account, Region, cluster. */
export function place({ accountId, accountName, region, cluster, resource }: Finding): Element {
  const parts = element('span', { class: 'soft' }, element('span', { class: 'id' }, accountId));
  if (accountName) parts.append(' ', bdi(accountName));
  parts.append(` · ${region}`);
  if (cluster && resource.name !== cluster) parts.append(' · cluster ', bdi(cluster));
  return parts;
}

/** The findings that the dialog lists of one cell. */
const MAX_SHOWN = 30;

/** Opens findings of one control with their evidence, their fix and a link to the console. */
export function openFindings(findings: readonly Finding[]): void {
  const [first] = findings;
  if (first === undefined) return;
  const { control } = first;
  const dialog = element('dialog', { 'aria-labelledby': 'dialog-title' });
  const close = button('Close', () => dialog.close(), { class: 'close' });
  dialog.append(
    element(
      'div',
      { class: 'dialog-head' },
      element('h2', { id: 'dialog-title' }, `${control.number} ${control.title}`),
      close,
    ),
    ...findings.slice(0, MAX_SHOWN).map(findingSection),
  );
  if (findings.length > MAX_SHOWN)
    dialog.append(element('p', { class: 'soft' }, `and ${counted(findings.length - MAX_SHOWN)} more`));
  const own = toFix(findings);
  if (own.length > 0) dialog.append(fix(control, own));
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function findingSection(one: Finding): Element {
  const { resource, codes, reason, exception, consoleUrl } = one;
  const block = element(
    'section',
    { class: 'finding' },
    element('p', { class: 'title' }, label(one), ' ', bdi(labelOf(one), 'strong')),
    element('p', {}, place(one)),
    element('p', {}, bdi(resource.id, 'arn')),
    element('p', {}, ...codes.flatMap((code) => [element('code', {}, code), ' ']), bdi(reason)),
  );
  if (exception !== undefined) {
    const [id, why, owner, expires] = exception;
    block.append(
      element(
        'p',
        { class: 'excepted note' },
        'Accepted: ',
        bdi(why),
        ' (exception ',
        bdi(id),
        ' of ',
        bdi(owner),
        ` until ${expires})`,
      ),
    );
  }
  if (one.evidence.length > 0) block.append(evidence(one.evidence));
  if (consoleUrl !== undefined)
    block.append(
      element(
        'p',
        {},
        element('a', { href: consoleUrl, rel: 'noreferrer', target: '_blank' }, 'Open in the AWS console'),
      ),
    );
  return block;
}

function evidence(pairs: readonly string[]): Element {
  const list = element('dl', { class: 'evidence' });
  for (let index = 0; index < pairs.length; index += 2)
    list.append(element('dt', {}, pairs[index]), element('dd', {}, bdi(pairs[index + 1] || '(none)')));
  return list;
}
