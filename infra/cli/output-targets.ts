import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { FORMATS, type Format, isFormat } from './audit-options.ts';
import { UserError } from './user-error.ts';

/** One report of a run: in which format, and where. */
export interface OutputTarget {
  readonly format: Format;
  /** Absent for the standard output. */
  readonly path?: string;
}

/** What the end of a file's name says of its format; the longest that fits counts. */
const ENDINGS: readonly (readonly [string, Format])[] = [
  ['.kube-bench.json', 'kube-bench'],
  ['.sarif.json', 'sarif'],
  ['.asff.json', 'asff'],
  ['.ocsf.json', 'ocsf'],
  ['.junit.xml', 'junit'],
  ['.sarif', 'sarif'],
  ['.html', 'html'],
  ['.json', 'json'],
  ['.csv', 'csv'],
  ['.txt', 'table'],
  ['.xml', 'junit'],
  ['.md', 'markdown'],
];

/**
 * Where a run is reported: to the standard output without `--output`; otherwise in each of the given places, which may be
 * `FORMAT=FILE`. Throws UserError where a format is unknown or contradicted, or a place is given twice.
 */
export function outputTargets(
  outputs: readonly string[] | undefined,
  format: Format | undefined,
): OutputTarget[] {
  const targets = (outputs ?? ['-']).map((output) => targetOf(output, format));
  const places = targets.map(({ path }) => (path === undefined ? '' : resolve(path)));
  const twice = targets.find((_, index) => places.indexOf(places[index] ?? '') < index);
  if (twice !== undefined)
    throw new UserError(`--output names ${twice.path ?? 'the standard output'} twice.`);
  return targets;
}

function targetOf(output: string, format: Format | undefined): OutputTarget {
  const [, prefix, rest] = /^([a-z-]+)=(.+)$/s.exec(output) ?? [];
  if (prefix === undefined || rest === undefined) return placeAt(output, formatOf(output, format));
  if (!isFormat(prefix)) {
    throw new UserError(
      `--output ${output}: unknown format ${prefix}. Allowed: ${FORMATS.join(', ')}. A file of this name is ./${output}.`,
    );
  }
  return placeAt(rest, prefix);
}

function placeAt(path: string, format: Format): OutputTarget {
  return path === '-' ? { format } : { format, path };
}

/** The format of a place that names none itself. */
function formatOf(path: string, format: Format | undefined): Format {
  if (path === '-' || isNoFile(path)) return format ?? 'table';
  const name = basename(path).toLowerCase();
  const [, byEnding] = ENDINGS.find(([ending]) => name.endsWith(ending)) ?? [];
  if (byEnding !== undefined && format !== undefined && byEnding !== format) {
    throw new UserError(
      `--format ${format} contradicts --output ${path}, whose ending says ${byEnding}. ` +
        `Leave out --format, or write --output ${format}=${path}.`,
    );
  }
  const isWithoutEnding = !/.\./.test(name);
  const found = byEnding ?? (isWithoutEnding ? format : undefined);
  if (found !== undefined) return found;
  const problem = isWithoutEnding ? 'the name says no format' : 'its ending says no known format';
  throw new UserError(
    `--output ${path || "''"}: ${problem}. Known endings: ${ENDINGS.map(([ending]) => ending).join(', ')}. ` +
      `Write --output FORMAT=${path} for any other; formats: ${FORMATS.join(', ')}.`,
  );
}

/** Whether a path is a pipe, a device or a folder, whose name says nothing; a folder is refused when it is opened. */
function isNoFile(path: string): boolean {
  if (/^\/(dev|proc)\//.test(path)) return true;
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === false;
  } catch {
    // What cannot be looked at is reported when it is opened.
    return false;
  }
}
