import { Command, InvalidArgumentError, Option } from 'commander';
import { ZodError } from 'zod';
import { describeIssue } from '../../../shared/config.ts';
import { UserError } from '../user-error.ts';

interface ServeOptions {
  readonly port: number;
  readonly world?: string;
}

const DEFAULT_PORT = 4567;

export function sandboxCommand(): Command {
  return new Command('sandbox').description('an AWS that runs on this machine, to try things out').addCommand(
    new Command('serve')
      .description('keep a sandbox running for other clients')
      .addOption(
        new Option('--port <port>', 'port to listen on; 0 takes a free one')
          .argParser(parsePort)
          .default(DEFAULT_PORT),
      )
      .option('--world <file>', 'the organization to start from, YAML or JSON (default: the one of the demo)')
      .action((options: ServeOptions) => serve(options)),
  );
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}

async function serve({ port, world: worldFile }: ServeOptions): Promise<void> {
  const { serveSandbox } = await import('../sandbox/serve.ts');
  const { demoOrganization } = await import('../demo/organization.ts');
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
    const problems = error.issues.map((one) => `  ${describeIssue(one)}`);
    return new UserError(`--world ${world} is not usable:\n${problems.join('\n')}`, { cause: error });
  }
  if (!(error instanceof Error)) return error;
  if (error.name === 'YAMLParseError') {
    return new UserError(`--world ${world} is not YAML or JSON: ${error.message.split('\n')[0]}`, {
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
