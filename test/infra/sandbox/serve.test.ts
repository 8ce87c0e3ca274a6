import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeSandbox, loadWorld, serveSandbox } from '../../../infra/sandbox/serve.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { aFinding, as, member, region, running, security } from './support.ts';

async function worldFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'world-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'world.yaml');
  await writeFile(file, text);
  return file;
}

const yaml = `
organization: { delegatedAdministrators: ['${security}'] }
accounts:
  - id: '${member}'
    clusters:
      - { name: from-file, region: ${region}, resourcesVpcConfig: { endpointPublicAccess: false } }
`;

describe('serving a sandbox', () => {
  it('runs the world of a file, prints how to connect and stops on SIGTERM', async () => {
    const lines: string[] = [];
    const served = serveSandbox({ worldFile: await worldFile(yaml), print: (line) => lines.push(line) });
    await expect.poll(() => lines.length, { interval: 1 }).toBeGreaterThan(0);
    const endpoint = /AWS_ENDPOINT_URL=(\S+)/.exec(lines.join('\n'))?.[1] ?? '';
    const [, accessKeyId = '', secretAccessKey = ''] =
      lines
        .find((line) => line.includes(member))
        ?.trim()
        .split(/\s+/) ?? [];
    const client = new EKSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
    expect((await client.send(new ListClustersCommand({}))).clusters).toEqual(['from-file']);
    client.destroy();
    process.emit('SIGTERM');
    await served;
    await expect(fetch(endpoint)).rejects.toThrow();
  });

  it('reads YAML', async () => {
    const { accounts } = await loadWorld(await worldFile(yaml));
    expect(
      accounts.find(({ id }) => id === member)?.clusters[0]?.resourcesVpcConfig?.endpointPublicAccess,
    ).toBe(false);
  });

  it('rejects a file that is not a world', async () => {
    await expect(loadWorld(await worldFile('accounts: 5'))).rejects.toMatchObject({ name: 'ZodError' });
  });

  it('prints the credentials of the delegated administrator first', async () => {
    const sandbox = await running(anOrganization({ delegatedAdministrators: [security] }).account(member));
    const text = describeSandbox(sandbox).join('\n');
    expect(text).toContain(`AWS_ENDPOINT_URL=${sandbox.url}`);
    expect(text).toContain(`AWS_ACCESS_KEY_ID=${sandbox.credentials(security).accessKeyId}`);
    expect(text).toContain(`${member}  ${sandbox.credentials(member).accessKeyId}`);
  });
});

describe('the pages of a sandbox', () => {
  it('show findings, events and requests', async () => {
    const sandbox = await running(anOrganization().account(member));
    const client = new SecurityHubClient(as(sandbox, member));
    await client.send(
      new BatchImportFindingsCommand({ Findings: [aFinding({ UpdatedAt: sandbox.now.toISOString() })] }),
    );
    const page = async (path: string): Promise<unknown> =>
      (await fetch(`${sandbox.url}/_sandbox/${path}`)).json();
    expect(await page('findings')).toMatchObject([{ Id: 'finding-1' }]);
    expect(await page(`findings?account=${member}&region=${region}`)).toMatchObject([{ Id: 'finding-1' }]);
    expect(await page('findings?region=us-east-1')).toEqual([]);
    expect(await page(`findings?account=${security}`)).toEqual([]);
    expect(await page('events')).toMatchObject([{ source: 'aws.securityhub' }]);
    expect(await page('log')).toMatchObject([{ operation: 'securityhub:BatchImportFindings', status: 200 }]);
    expect(sandbox.log).toHaveLength(1);
  });

  it('are read only', async () => {
    const sandbox = await running(anOrganization());
    const response = await fetch(`${sandbox.url}/_sandbox/events`, { method: 'DELETE' });
    expect(response.status).toBe(403);
    expect((await fetch(`${sandbox.url}/_sandbox/other`)).status).toBe(404);
  });
});
