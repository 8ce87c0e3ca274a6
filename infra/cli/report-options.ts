import { Option } from 'commander';
import { FORMATS } from './audit-options.ts';

/** The options of every command that writes reports. */

export function formatOption(): Option {
  return new Option(
    '--format <format>',
    'format of the report (default: by the ending of --output, otherwise table)',
  ).choices(FORMATS);
}

export function outputOption(): Option {
  return new Option(
    '--output <file>',
    'file of the report, or FORMAT=FILE (default: standard output); may be given several times',
    // Names of files may hold commas.
  ).argParser((value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value]);
}

export function redactOption(): Option {
  return new Option('--redact', 'leave out the names of accounts and resources, tags, and the caller');
}
