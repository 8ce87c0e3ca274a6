import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Annotations, App } from 'aws-cdk-lib';
import { ConfigError } from '../../shared/config/config-error.ts';
import { readConfigFile } from '../../shared/config/load-config.ts';
import { safeLines } from '../../shared/report/safe-text.ts';
import { bundleFunctions } from './bundle.ts';
import { parseDeploymentConfig } from './deployment-config.ts';
import { addStacks, checkRules } from './synth.ts';

const FILE = 'eks-auditor.yaml';
const EXAMPLE = fileURLToPath(new URL('example.yaml', import.meta.url));

async function main(): Promise<void> {
  const app = new App({ analyticsReporting: false });
  checkRules(app);
  const named: unknown =
    app.node.tryGetContext('config') ?? (process.env.EKS_AUDITOR_CONFIG_FILE || undefined);
  const source = named === undefined ? defaultFile(app) : String(named);
  const deployed = parseDeploymentConfig(readConfigFile(source), `configuration ${source}`);
  addStacks(app, deployed, await bundleFunctions(deployed.config));
  app.synth();
}

/** Without a configuration the example shows what would be deployed. */
function defaultFile(app: App): string {
  if (existsSync(FILE)) return FILE;
  const warning = `${FILE} does not exist: infra/cdk/example.yaml is synthesized instead`;
  Annotations.of(app).addWarningV2('eks-auditor:example', warning);
  return EXAMPLE;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${safeLines(error.message, 'terminal')}\n`);
  process.exitCode = 1;
}
