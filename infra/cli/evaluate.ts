import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluateInventory } from '../../shared/pipeline/evaluate-inventory.ts';
import { InventoryError, parseAccount, parseManifest } from '../../shared/pipeline/inventory-documents.ts';
import type { ReadAccount } from '../../shared/pipeline/read-account.ts';
import { sha256 } from '../../shared/pipeline/stored-inventory.ts';
import type { ReportingOptions, TargetOptions } from './audit-options.ts';
import { configOf } from './config.ts';
import { MANIFEST } from './inventory-folder.ts';
import { messagesFor } from './messages.ts';
import { openReports } from './reports.ts';
import { showRun } from './show-run.ts';
import { codeOf } from './system-error.ts';
import { UserError } from './user-error.ts';

/** The options of `evaluate`, as commander passes them. */
export type EvaluateOptions = ReportingOptions & Pick<TargetOptions, 'benchmark' | 'control' | 'config'>;

/** Judges a saved inventory again, without AWS and at the time of its run; sets the exit code. Throws UserError. */
export async function runEvaluateCommand(folder: string, options: EvaluateOptions): Promise<void> {
  const config = configOf(options, process.env, messagesFor(options).say);
  const reports = await openReports(options);
  const run = parse(folder, MANIFEST, await read(folder, MANIFEST), parseManifest);
  const texts = await readUnchanged(folder, run.files);
  const accounts = texts.map(({ name, text }): ReadAccount => {
    return parse(folder, name, text, (unparsed) => parseAccount(unparsed, run.plan.run.id));
  });
  await showRun(await evaluateInventory(run, accounts, config), { options, config, reports });
}

interface ReadFile {
  readonly name: string;
  readonly text: string;
}

/** The files of a manifest. Throws UserError, which names each that has changed or is missing. */
async function readUnchanged(
  folder: string,
  files: readonly { readonly name: string; readonly sha256: string }[],
): Promise<ReadFile[]> {
  const texts: ReadFile[] = [];
  const problems: string[] = [];
  for (const file of files) {
    try {
      const text = await read(folder, file.name);
      if (sha256(text) === file.sha256) texts.push({ name: file.name, text });
      else problems.push(`  ${file.name} has changed since it was saved`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(`  ${file.name} cannot be read`);
    }
  }
  if (problems.length > 0) throw new UserError(`Cannot evaluate ${folder}:\n${problems.join('\n')}`);
  return texts;
}

async function read(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const hint =
      code === 'ENOENT' ? ': it is no folder of --save-inventory, or its audit did not end' : ` (${code})`;
    throw new UserError(`Cannot evaluate ${folder}: ${name} cannot be read${hint}.`, { cause: error });
  }
}

function parse<T>(folder: string, name: string, text: string, parser: (text: string) => T): T {
  try {
    return parser(text);
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error;
    throw new UserError(`Cannot evaluate ${folder}: ${name} ${error.message}.`, { cause: error });
  }
}
