import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Template } from 'aws-cdk-lib/assertions';
import { pythonTools } from './python.ts';

interface Rule {
  readonly Description: string;
  readonly EventPattern: unknown;
  readonly Targets: readonly { readonly InputTransformer?: Transformer }[];
}

interface Transformer {
  readonly InputPathsMap: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

const MATCHER = fileURLToPath(new URL('run-event-matcher.py', import.meta.url));

/**
 * Whether each pattern is valid and matches its event, by LocalStack's rule engine, which is tested against EventBridge.
 * Rejects when a pattern is not valid.
 */
export async function matches(
  pairs: readonly (readonly [pattern: unknown, event: unknown])[],
): Promise<boolean[]> {
  const python = join(await pythonTools(), 'python');
  return new Promise((resolve, reject) => {
    const child = execFile(python, [MATCHER], (error, stdout) =>
      error ? reject(error) : resolve(JSON.parse(stdout)),
    );
    child.stdin?.end(JSON.stringify(pairs));
  });
}

export function rulesOf(template: Template): readonly Rule[] {
  return Object.values(template.findResources('AWS::Events::Rule')).map((resource) => resource.Properties);
}

/** The text that EventBridge makes of an event. Throws when a path leads to no text. */
export function transformed(transformer: Transformer | undefined, event: unknown): string {
  if (!transformer) throw new Error('the target has no input transformer');
  return Object.entries(transformer.InputPathsMap).reduce((text, [name, path]) => {
    const steps = path.replace(/^\$\./, '').split('.');
    const value = steps.reduce<unknown>((at, step) => Object(at)[step], event);
    if (typeof value !== 'string') throw new Error(`${path} leads to no text`);
    // What stands for a whole value of JSON is put between quotes.
    const quoted = text.replaceAll(`":<${name}>`, () => `":${JSON.stringify(value)}`);
    return quoted.replaceAll(`<${name}>`, () => value);
  }, transformer.InputTemplate);
}
