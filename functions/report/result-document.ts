import type { RunResult } from '../../shared/model/run.ts';

const COMMA = Buffer.from(',');

/**
 * The JSON document of a result in UTF-8, with verdicts that are in JSON already, in place of its own: a text of all of them
 * could be longer than a string of JavaScript.
 */
export function resultDocument(
  { schemaVersion, run, organization, caller, options, coverage, verdicts, ...rest }: RunResult,
  verdictsJson: readonly Uint8Array[],
): Uint8Array {
  const head = JSON.stringify({ schemaVersion, run, organization, caller, options, coverage }).slice(0, -1);
  const elements = verdictsJson.flatMap((part, index) => (index === 0 ? [part] : [COMMA, part]));
  return Buffer.concat([
    Buffer.from(`${head},"verdicts":[`),
    ...elements,
    Buffer.from(`],${JSON.stringify(rest).slice(1)}`),
  ]);
}
