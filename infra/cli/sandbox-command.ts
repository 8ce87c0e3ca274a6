import { Command, InvalidArgumentError, Option } from 'commander';

/** The options of `serve`, as commander hands them over. */
export interface ServeOptions {
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
      .action(async (options: ServeOptions) => {
        const { serve } = await import('./sandbox.ts');
        await serve(options);
      }),
  );
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}
