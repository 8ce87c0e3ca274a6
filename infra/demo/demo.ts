import { parseConfig } from '../../shared/config/config.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { runAudit } from '../../shared/pipeline/run-audit.ts';
import { renderTable } from '../../shared/report/table.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { describeChanges, describeEvents } from './changes.ts';
import {
  demoOrganization,
  IRELAND,
  KUBERNETES,
  LEGACY,
  PAYMENTS,
  REGIONS,
  SECURITY,
  SHOP,
  VIRGINIA,
} from './organization.ts';

/** `npm run demo`: three audits of an example organization, and the changes that each makes in Security Hub. */

const WIDTH = Math.min(process.stdout.columns ?? 80, 120);
const COLOUR = process.stdout.isTTY && !process.env.NO_COLOR;
const CONFIG = parseConfig({
  targets: { organization: true, regions: REGIONS },
  limits: { maxAttempts: 2 },
  kubernetes: KUBERNETES,
});

async function main(): Promise<void> {
  const sandbox = await startSandbox(demoOrganization());
  try {
    signIn(sandbox);
    printLine(`An AWS Organization runs in this process, at ${sandbox.url}: seven accounts, two OUs, two
Regions. Account "sandbox" has no role for the auditor, "legacy" has Security Hub disabled in ${VIRGINIA},
and one cluster cannot be described. The auditor runs in account "security". It reads the Kubernetes API of
three clusters, and "ledger" does not let it in.`);
    sandbox.fail({
      accountId: LEGACY,
      region: IRELAND,
      operation: 'eks:DescribeCluster',
      with: 'AccessDenied',
    });

    printTitle('First run: everything is new');
    print(renderTable(await audit(sandbox), { width: WIDTH, colour: COLOUR }));

    printTitle('Three changes in the clusters');
    printLine(`  shop      closes the endpoint of "storefront", which was open to the internet
  payments  disables the audit log of "payments"
  shop      deletes the cluster "checkout"`);
    changeClusters(sandbox);

    printTitle('Second run: only the changes are published');
    const second = await audit(sandbox);
    print(describeChanges(second, sandbox));
    print(describeEvents(sandbox.events));

    printTitle('Third run: nothing changed');
    const third = await audit(sandbox);
    print(describeChanges(third, sandbox));
    printLine('No finding was imported, so no EventBridge rule matches and nobody is alerted twice.');
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

function changeClusters(sandbox: Sandbox): void {
  sandbox.account(SHOP).updateCluster(IRELAND, 'storefront', {
    resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true },
  });
  sandbox.account(PAYMENTS).updateCluster(IRELAND, 'payments', { logging: { clusterLogging: [] } });
  sandbox.account(SHOP).deleteCluster(VIRGINIA, 'checkout');
}

function printTitle(text: string): void {
  print(`\n━━ ${text} ${'━'.repeat(Math.max(0, WIDTH - text.length - 4))}\n\n`);
}

function printLine(text: string): void {
  print(`${text}\n`);
}

function print(text: string): void {
  process.stdout.write(text);
}

await main();
