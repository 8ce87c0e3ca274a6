import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aFolder, cli, cliProcess, expectUsageError, waitUntilServing } from './cli-process.ts';

describe('sandbox serve', () => {
  const aWorld = (text: string) => {
    const path = join(aFolder(), 'world.yaml');
    writeFileSync(path, text);
    return path;
  };

  it('serves the world of a file until SIGINT', async () => {
    const world = aWorld('accounts: [{ id: "123456789012", name: mine }]');

    const result = await cliProcess(['sandbox', 'serve', '--port', '0', '--world', world], {
      interact: async (child) => {
        await waitUntilServing(child);
        child.kill('SIGINT');
      },
    });

    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+\n/);
    expect(result.stdout).toContain('123456789012');
  });

  it.each([
    {
      what: 'an unknown key',
      text: 'acounts: []',
      words: ['acounts', 'available: partition, organization, accounts'],
    },
    { what: 'a wrong value', text: 'accounts: [{ id: "1" }]', words: ['accounts[0].id', '12 digits'] },
    { what: 'a syntax error', text: 'accounts: [', words: ['not YAML or JSON'] },
  ])('rejects a world with $what', async ({ text, words }) => {
    const world = aWorld(text);

    expectUsageError(
      await cli(['sandbox', 'serve', '--port', '0', '--world', world]),
      '--world',
      world,
      ...words,
    );
  });

  it('names the port that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.close();
    });
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? `${address?.port}` : '';

    expectUsageError(await cli(['sandbox', 'serve', '--port', port]), '--port', port, 'EADDRINUSE');
  });
});
