import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aTestOrganization, PAYMENTS, REGION } from '../../harness.ts';
import { aSandbox } from './audit-process.ts';
import { aFolder, cli, credentialsOf } from './cli-process.ts';

const ENVIRONMENT_VALUE = 'canary-of-an-environment-value';
const FORMATS = ['table', 'json', 'html', 'csv', 'markdown', 'asff', 'ocsf', 'sarif', 'junit', 'kube-bench'];
const EXTERNAL_ID = 'canary-external-id-7f3a';

/** An account whose role wants an external id, in an organization of its own. */
function aWorld(externalId: string) {
  return aTestOrganization().account(
    PAYMENTS,
    { name: 'payments', roles: [{ name: 'EksAuditorMember', externalId }] },
    (account) =>
      account.cluster('ledger', {
        region: REGION,
        addons: [{ addonName: 'vpc-cni', configurationValues: `{"env":{"TOKEN":"${ENVIRONMENT_VALUE}"}}` }],
      }),
  );
}

async function audited(externalId: string, args: readonly string[]) {
  const sandbox = await aSandbox(aWorld(externalId));
  const given: string[] = [];
  sandbox.fail({
    operation: 'sts:AssumeRole',
    alter: ({ Credentials }) => {
      const { SecretAccessKey, SessionToken } = Credentials as {
        SecretAccessKey: string;
        SessionToken: string;
      };
      given.push(SecretAccessKey, SessionToken);
    },
  });
  const credentials = credentialsOf(sandbox);
  const folder = join(aFolder(), 'evidence');
  const result = await cli(
    [
      '--debug',
      'audit',
      '--verbose',
      '--region',
      REGION,
      '--account',
      PAYMENTS,
      '--save-inventory',
      folder,
      ...args,
    ],
    { env: { ...credentials, EKS_AUDITOR_EXTERNAL_ID: EXTERNAL_ID } },
  );
  const secrets = [EXTERNAL_ID, ENVIRONMENT_VALUE, credentials.AWS_SECRET_ACCESS_KEY ?? '', ...given];
  const findings = JSON.stringify(sandbox.findings(PAYMENTS, REGION));
  return { ...result, secrets, findings, evidence: textsIn(folder) };
}

function textsIn(folder: string): string {
  if (!existsSync(folder)) return '';
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n');
}

/** What has a secret in it, of all that leaves the process. */
function leaksOf({
  stdout,
  stderr,
  findings,
  evidence,
  secrets,
}: Awaited<ReturnType<typeof audited>>): string[] {
  return Object.entries({ stdout, stderr, findings, evidence }).flatMap(([where, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${where}`),
  );
}

describe('secrets', () => {
  it('are in no report of any format, in no finding, and in no inventory that is kept', async () => {
    const folder = aFolder();
    const outputs = FORMATS.map((format) => `--output=${format}=${join(folder, format)}`);

    const result = await audited(EXTERNAL_ID, ['--publish', ...outputs]);

    expect(readdirSync(folder).toSorted()).toEqual(FORMATS.toSorted());
    expect(result.evidence).toContain('sts:ExternalId');
    expect(result.findings).toContain('ledger');
    expect(result.secrets.length).toBeGreaterThan(4);
    expect(leaksOf({ ...result, stdout: `${result.stdout}${textsIn(folder)}` })).toEqual([]);
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
