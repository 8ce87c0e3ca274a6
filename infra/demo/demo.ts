import { parseConfig } from '../../shared/config/config.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { runAudit } from '../../shared/pipeline/run-audit.ts';
import { renderTable } from '../../shared/report/table.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { describeChanges, describeEvents } from './difference.ts';
import {
  demoOrganization,
  IRELAND,
  LEGACY,
  PAYMENTS,
  REGIONS,
  SECURITY,
  SHOP,
  VIRGINIA,
} from './organization.ts';

/** `npm run demo`: three audits of a made-up organization, and what Security Hub hears of them. */

const WIDTH = Math.min(process.stdout.columns ?? 80, 120);
const COLOUR = process.stdout.isTTY && !process.env.NO_COLOR;
const CONFIG = parseConfig({ targets: { organization: true, regions: REGIONS }, limits: { maxAttempts: 2 } });

async function main(): Promise<void> {
  const sandbox = await startSandbox(demoOrganization());
  try {
    signIn(sandbox);
    say(`An AWS Organization runs in this process, at ${sandbox.url}: seven accounts, two OUs, two
Regions. Account "sandbox" does not let the auditor in, "legacy" has Security Hub switched off in
${VIRGINIA}, and one cluster cannot be described. The auditor runs in account "security".`);
    sandbox.fail({
      accountId: LEGACY,
      region: IRELAND,
      operation: 'eks:DescribeCluster',
      with: 'AccessDenied',
    });

    title('First run: everything is new');
    print(renderTable(await audit(sandbox), { width: WIDTH, colour: COLOUR }));

    title('Then three things change');
    say(`  shop      closes the endpoint of "storefront", which was open to the whole internet
  payments  switches the audit log of "payments" off
  shop      deletes the cluster "checkout"`);
    changeThings(sandbox);

    title('Second run: exactly the difference');
    const second = await audit(sandbox);
    print(describeChanges(second, sandbox));
    print(describeEvents(sandbox.events));

    title('Third run: nothing changed');
    const third = await audit(sandbox);
    print(describeChanges(third, sandbox));
    say(`No finding was sent, so no rule fires and nobody is alerted twice.`);
  } finally {
    await sandbox.close();
  }
}

function signIn(sandbox: Sandbox): void {
  const { accessKeyId, secretAccessKey } = sandbox.credentials(SECURITY);
  process.env.AWS_ENDPOINT_URL = sandbox.url;
  process.env.AWS_ACCESS_KEY_ID = accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = secretAccessKey;
  process.env.AWS_REGION = IRELAND;
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) delete process.env[name];
}

async function audit(sandbox: Sandbox): Promise<RunResult> {
  sandbox.clearLog();
  sandbox.clearEvents();
  return runAudit({ config: CONFIG, publish: true });
}

function changeThings(sandbox: Sandbox): void {
  sandbox.account(SHOP).updateCluster(IRELAND, 'storefront', {
    resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true },
  });
  sandbox.account(PAYMENTS).updateCluster(IRELAND, 'payments', { logging: { clusterLogging: [] } });
  sandbox.account(SHOP).deleteCluster(VIRGINIA, 'checkout');
}

function title(text: string): void {
  print(`\n━━ ${text} ${'━'.repeat(Math.max(0, WIDTH - text.length - 4))}\n\n`);
}

function say(text: string): void {
  print(`${text}\n`);
}

function print(text: string): void {
  process.stdout.write(text);
}

await main();
