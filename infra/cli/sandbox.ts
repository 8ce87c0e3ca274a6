import { ZodError } from 'zod';
import { describeIssue } from '../../shared/config/config-error.ts';
import { problemOfYaml } from '../../shared/model/yaml.ts';
import { demoOrganization } from '../demo/organization.ts';
import { serveSandbox } from '../sandbox/serve.ts';
import { worldSchema } from '../sandbox/world-schema.ts';
import { UserError } from './user-error.ts';

/** The options of `sandbox serve`, as commander passes them. */
export interface ServeOptions {
  readonly port: number;
  /** A YAML or JSON file. */
  readonly world?: string;
}

/** Keeps a sandbox running until the process receives SIGINT or SIGTERM. Throws UserError. */
export async function serve(options: ServeOptions): Promise<void> {
  const { port, world: worldFile } = options;
  try {
    await serveSandbox({
      port,
      ...(worldFile !== undefined && { worldFile }),
      world: demoOrganization().build(),
      print: (line) => process.stdout.write(`${line}\n`),
    });
  } catch (error) {
    const message = describeError(error, options);
    if (message === undefined) throw error;
    throw new UserError(message, { cause: error });
  }
}

/** What the user has to change; `undefined` for any other error. */
function describeError(error: unknown, { port, world }: ServeOptions): string | undefined {
  if (error instanceof ZodError) {
    const problems = error.issues.map((issue) => `  ${describeIssue(issue, worldSchema)}`);
    return `Invalid --world ${world}:\n${problems.join('\n')}`;
  }
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'YAMLParseError') {
    return `Invalid --world ${world}: not YAML or JSON: ${problemOfYaml(error)}`;
  }
  const { code, syscall }: NodeJS.ErrnoException = error;
  if (syscall === 'listen') return `Cannot listen on --port ${port} (${code}).`;
  if (world !== undefined && code !== undefined) return `Cannot read --world ${world} (${code}).`;
  return undefined;
}
