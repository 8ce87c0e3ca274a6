import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, BootstraplessSynthesizer, type IStackSynthesizer, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { AuditorStack } from './auditor-stack.ts';
import type { Bundles } from './bundle.ts';
import type { DeployedConfig } from './deployment-config.ts';
import { MemberStack, memberRegions } from './member-stack.ts';
import { MemberStackSetStack } from './member-stack-set.ts';

/** Adds all stacks of a configuration to the application. `template` is that of the member stack. */
export function addStacks(
  app: App,
  deployed: DeployedConfig,
  bundles: Bundles,
  template = memberTemplate(deployed, checkRules),
): void {
  const { deployment } = deployed;
  const own = { account: deployment.account, region: deployment.region };
  Tags.of(app).add('Application', 'eks-auditor');
  const auditor = new AuditorStack(app, 'EksAuditor', { deployed, bundles, env: own });
  // For deployments of the member role by other means.
  writeFileSync(join(app.outdir, 'member-role.template.json'), JSON.stringify(template, null, 1));
  if (deployment.memberRole.deployFrom === 'delegated-administrator') {
    const members = new MemberStackSetStack(app, 'EksAuditorMembers', { deployed, template, env: own });
    // The event bus has to exist before events are forwarded to it.
    members.addStackDependency(auditor);
  }
  const { managementAccount } = deployment;
  if (managementAccount) addManagementAccount(app, deployed, template, managementAccount);
}

/** Their names differ because they are deployed with other credentials. The account need not be bootstrapped. */
function addManagementAccount(
  app: App,
  deployed: DeployedConfig,
  template: Readonly<Record<string, unknown>>,
  account: string,
): void {
  const { memberRole, region } = deployed.deployment;
  const [first, ...others] = memberRegions(deployed).map(
    (memberRegion) =>
      new MemberStack(app, `Management-${memberRegion}`, {
        deployed,
        stackName: 'EksAuditorManagement',
        env: { account, region: memberRegion },
        synthesizer: withoutBootstrap(),
      }),
  );
  for (const other of others) if (first) other.addStackDependency(first);
  if (memberRole.deployFrom === 'management-account') {
    new MemberStackSetStack(app, 'Management-members', {
      deployed,
      template,
      stackName: 'EksAuditorMembers',
      env: { account, region },
      synthesizer: withoutBootstrap(),
    });
  }
}

/** The cast is needed because the CDK's types do not allow for exactOptionalPropertyTypes. */
function withoutBootstrap(): IStackSynthesizer {
  return new BootstraplessSynthesizer() as IStackSynthesizer;
}

/** The template of the member stack: without assets, account and Region. */
export function memberTemplate(
  deployed: DeployedConfig,
  prepare: (app: App) => void,
): Readonly<Record<string, unknown>> {
  const app = new App({ analyticsReporting: false });
  prepare(app);
  const stack = new MemberStack(app, 'EksAuditorMember', {
    deployed,
    synthesizer: withoutBootstrap(),
  });
  return app.synth().getStackByName(stack.stackName).template;
}

/** Makes the synthesis fail on violations of cdk-nag's rules that are not acknowledged with a reason. */
export function checkRules(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new NIST80053R5Checks(app));
}
