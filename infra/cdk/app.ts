import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Annotations, App } from 'aws-cdk-lib';
import { ConfigError } from '../../shared/config/config-error.ts';
import { readConfigFile } from '../../shared/config/load-config.ts';
import { bundleFunctions } from './bundle.ts';
import { parseDeploymentConfig } from './deployment-config.ts';
import { addStacks, checkRules } from './synth.ts';

/** Synthesized when there is no configuration file, to show what would be deployed. */
const EXAMPLE = fileURLToPath(new URL('example.yaml', import.meta.url));

async function main(): Promise<void> {
  const app = new App({ analyticsReporting: false });
  checkRules(app);
  const file = String(
    app.node.tryGetContext('config') ?? (process.env.EKS_AUDITOR_CONFIG_FILE || 'eks-auditor.yaml'),
  );
  const exists = existsSync(file);
  if (!exists)
    Annotations.of(app).addWarningV2(
      'eks-auditor:example',
      `${file} does not exist: infra/cdk/example.yaml is synthesized instead`,
    );
  const source = exists ? file : EXAMPLE;
  const deployed = parseDeploymentConfig(readConfigFile(source), `configuration ${source}`);
  addStacks(app, deployed, await bundleFunctions(deployed.config));
  app.synth();
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
