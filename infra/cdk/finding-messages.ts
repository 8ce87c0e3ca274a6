import { EventField, RuleTargetInput } from 'aws-cdk-lib/aws-events';

/*
 * What EventBridge makes of an event for people. It escapes nothing: these fields hold no quotation marks, backslashes and
 * line breaks (functions/runtime/finding-events.ts).
 */

const field = (name: string) => EventField.fromPath(`$.detail.${name}`);

const VALUES = {
  change: field('change'),
  title: field('title'),
  reason: field('reason'),
  severity: field('severity'),
  account: field('accountId'),
  region: field('region'),
  cluster: field('cluster'),
  resource: field('resource'),
  fixUrl: field('remediationUrl'),
  findingUrl: field('consoleUrl'),
};

/** The text of an e-mail. */
export function textMessage(): RuleTargetInput {
  const { change, severity, title, reason, account, region, cluster, resource } = VALUES;
  return RuleTargetInput.fromMultilineText(
    [
      `EKS Auditor: ${change}: ${severity}: ${title}`,
      reason,
      `Account ${account}, Region ${region}`,
      `Cluster: ${cluster}`,
      `Resource: ${resource}`,
      `Finding: ${VALUES.findingUrl}`,
      `How to fix it: ${VALUES.fixUrl}`,
    ].join('\n'),
  );
}

/** The text of an e-mail about a run. */
export function runMessage(): RuleTargetInput {
  return RuleTargetInput.fromMultilineText(
    [
      `EKS Auditor: run ${field('runId')} ${field('state')}`,
      `Accounts: ${field('coverage.covered')} of ${field('coverage.accounts')} covered, ${field('coverage.partial')} in part, ${field('coverage.notCovered')} not`,
      `New: ${field('changes.new')}, worse: ${field('changes.worse')}, fixed: ${field('changes.fixed')}`,
      `Findings that Security Hub did not accept: ${field('findings.failed')}`,
    ].join('\n'),
  );
}

/** https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html */
export function slackMessage(): RuleTargetInput {
  const { severity, title, reason, account, region, cluster, resource } = VALUES;
  return RuleTargetInput.fromObject({
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: `${severity}: ${title}`,
      description: `${reason}\nAccount ${account}, Region ${region}\nCluster: ${cluster}\nResource: ${resource}`,
      nextSteps: [`How to fix it: ${VALUES.fixUrl}`, `Finding: ${VALUES.findingUrl}`],
    },
  });
}
