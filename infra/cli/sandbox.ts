import { ZodError } from 'zod';
import { describeIssue, firstLine } from '../../shared/config/config-error.ts';
import { demoOrganization } from '../demo/organization.ts';
import { serveSandbox } from '../sandbox/serve.ts';
import { worldSchema } from '../sandbox/world-schema.ts';
import type { ServeOptions } from './sandbox-command.ts';
import { UserError } from './user-error.ts';

/** Keeps a sandbox running until the process is told to stop. Throws UserError. */
export async function serve({ port, world: worldFile }: ServeOptions): Promise<void> {
  try {
    await serveSandbox({
      port,
      ...(worldFile !== undefined && { worldFile }),
      world: demoOrganization().build(),
      print: (line) => process.stdout.write(`${line}\n`),
    });
  } catch (error) {
    throw explain(error, { port, ...(worldFile !== undefined && { world: worldFile }) });
  }
}

function explain(error: unknown, { port, world }: ServeOptions): unknown {
  if (error instanceof ZodError) {
    const problems = error.issues.map((one) => `  ${describeIssue(one, worldSchema)}`);
    return new UserError(`--world ${world} is not usable:\n${problems.join('\n')}`, { cause: error });
  }
  if (!(error instanceof Error)) return error;
  if (error.name === 'YAMLParseError') {
    return new UserError(`--world ${world} is not YAML or JSON: ${firstLine(error)}`, {
      cause: error,
    });
  }
  const { code, syscall }: NodeJS.ErrnoException = error;
  if (syscall === 'listen')
    return new UserError(`--port ${port} cannot be listened on (${code})`, { cause: error });
  if (world !== undefined && code !== undefined) {
    return new UserError(`--world ${world} cannot be read (${code})`, { cause: error });
  }
  return error;
}
