import { Command, InvalidArgumentError, Option } from 'commander';
import type { ServeOptions } from './sandbox.ts';

const DEFAULT_PORT = 4567;

export function sandboxCommand(): Command {
  return new Command('sandbox').description('a local AWS with a made-up organization').addCommand(
    new Command('serve')
      .description('serve it until Ctrl+C')
      .addOption(
        new Option('--port <port>', 'port to listen on; 0 for a free one')
          .argParser(parsePort)
          .default(DEFAULT_PORT),
      )
      .option('--world <file>', 'organization to serve, YAML or JSON (default: that of the demo)')
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
