import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aTestOrganization, PAYMENTS, REGION } from '../../harness.ts';
import { aSandbox, NARROW } from './audit-process.ts';
import { aFolder, cli, credentialsOf } from './cli-process.ts';

const EXTERNAL_ID = 'canary-external-id-7f3a';

/** An account whose role wants an external id, in an organization of its own. */
function aWorld(externalId: string) {
  return aTestOrganization().account(
    PAYMENTS,
    { name: 'payments', roles: [{ name: 'EksAuditorMember', externalId }] },
    (account) => account.cluster('ledger', { region: REGION }),
  );
}

async function audited(externalId: string, args: readonly string[], env: Record<string, string> = {}) {
  const sandbox = await aSandbox(aWorld(externalId));
  const credentials = credentialsOf(sandbox);
  const result = await cli(['audit', ...NARROW, '--account', PAYMENTS, ...args], {
    env: { ...credentials, EKS_AUDITOR_EXTERNAL_ID: EXTERNAL_ID, ...env },
  });
  const secrets = [EXTERNAL_ID, credentials.AWS_SECRET_ACCESS_KEY ?? ''];
  return { ...result, secrets, findings: JSON.stringify(sandbox.findings(PAYMENTS, REGION)) };
}

/** What has a secret in it, of all that leaves the process. */
function leaksOf({ stdout, stderr, findings, secrets }: Awaited<ReturnType<typeof audited>>): string[] {
  return Object.entries({ stdout, stderr, findings }).flatMap(([where, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${where}`),
  );
}

describe('secrets', () => {
  it.each(['table', 'json', 'csv', 'html'])('are in no report as %s, and in no finding', async (format) => {
    const result = await audited(EXTERNAL_ID, ['--format', format, '--publish']);

    expect(result.stdout).toContain('5.4.2');
    expect(leaksOf(result)).toEqual([]);
  });

  it('are not told where the role refuses them', async () => {
    const result = await audited('another', ['--format', 'json']);

    expect(result.stdout).toContain('AccessDenied');
    expect(leaksOf(result)).toEqual([]);
  });

  it.each([
    ['a wrong external id', `role: {externalId: "${EXTERNAL_ID} with spaces"}`],
    ['a role that is none', `role: [{externalId: "${EXTERNAL_ID}"}]`],
    ['an unknown key beside it', `role: {externalId: "${EXTERNAL_ID}", other: 1}`],
    ['a text', `"externalId: ${EXTERNAL_ID}"`],
    ['a list', `- externalId: ${EXTERNAL_ID}`],
  ])('are not told of a configuration that is refused, with %s', async (_, text) => {
    const file = join(aFolder(), 'audit.yaml');
    writeFileSync(file, text);
    const { code, stdout, stderr } = await cli(['audit', '--config', file], { env: { AWS_REGION: REGION } });

    expect(code).not.toBe(0);
    expect(stderr).not.toBe('');
    expect(stdout + stderr).not.toContain(EXTERNAL_ID);
  });

  it('are not told of an environment variable that is refused', async () => {
    const env = { AWS_REGION: REGION, EKS_AUDITOR_EXTERNAL_ID: `${EXTERNAL_ID} with spaces` };
    const { code, stdout, stderr } = await cli(['audit'], { env });

    expect(code).not.toBe(0);
    expect(stderr).toContain('EKS_AUDITOR_EXTERNAL_ID');
    expect(stdout + stderr).not.toContain(EXTERNAL_ID);
  });
});
