import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseDeploymentConfig } from '../../../infra/cdk/deployment-config.ts';
import { parseConfig } from '../../../shared/config/config.ts';
import { ConfigError } from '../../../shared/config/config-error.ts';
import { aConfig, aConfigIn, ROOT } from './synthesized.ts';

const A_QUEUE = { queue: 'arn:aws:sqs:eu-west-1:111122223333:q' };

function problemsOf(config: unknown): readonly string[] {
  try {
    parseDeploymentConfig(config, 'the test');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('a mistake in the configuration is named before the synthesis', () => {
  const deployment = (part: Record<string, unknown>) => aConfig({ deployment: part });
  test.each([
    [
      'a bad OU id',
      deployment({ memberRole: { organizationalUnits: ['ou-123'] } }),
      /^deployment\.memberRole\.organizationalUnits\[0\]: must be like ou-ab12-cd34ef56.*ou-123/,
    ],
    ['an unknown Region', deployment({ region: 'eu-west-9' }), /^deployment\.region: is not a Region of AWS/],
    [
      'an unknown Region to audit',
      aConfig({ targets: { organization: true, regions: ['eu-west-9'] } }),
      /^targets\.regions: eu-west-9 is not a Region of AWS/,
    ],
    [
      'a schedule that never fires',
      deployment({ schedule: { expression: 'cron(0 0 31 2 ? *)' } }),
      /^deployment\.schedule\.expression: cron\(0 0 31 2 \? \*\): never fires/,
    ],
    [
      'an unknown time zone',
      deployment({ schedule: { timezone: 'Europe/Atlantis' } }),
      /^deployment\.schedule\.timezone: is not an IANA time zone/,
    ],
    ['an account id as a number', deployment({ account: 111122223333 }), /^deployment\.account/],
    ['an organization’s id', deployment({ organizationId: 'a1b2c3' }), /^deployment\.organizationId/],
    [
      'an unknown key',
      deployment({ shedule: {} }),
      /^deployment\.shedule: unknown key; available: account, .*schedule/,
    ],
    [
      'a number instead of the key of a control',
      deployment({ alerts: { routes: [{ name: 'tickets', controls: ['5.4.5'], targets: [A_QUEUE] }] } }),
      /^deployment\.alerts\.routes\[0\]\.controls\[0\]: must be a key, .*: use load-balancer-tls \(is "5\.4\.5"\)$/,
    ],
    [
      'nothing to audit',
      aConfig({ targets: { regions: ['eu-west-1'] } }),
      /^targets: set targets\.organization: true or name targets\.accounts/,
    ],
    [
      'no accounts that get the role',
      deployment({ memberRole: {} }),
      /^deployment\.memberRole\.organizationalUnits: name the OUs/,
    ],
    [
      'no management account to create the StackSet from',
      deployment({
        managementAccount: undefined,
        memberRole: { deployFrom: 'management-account', organizationalUnits: ['r-ab12'] },
      }),
      /^deployment\.managementAccount: is needed/,
    ],
    [
      'no Region in which changes are observed',
      aConfig({ targets: { organization: true } }),
      /^deployment\.onChange\.regions: name the Regions/,
    ],
    [
      'Regions of two partitions',
      deployment({ onChange: { enabled: true, regions: ['cn-north-1'] } }),
      /^deployment\.onChange\.regions: cn-north-1 is in another partition \(aws-cn\) than deployment\.region, \S+ \(aws\)$/,
    ],
    [
      'excluded Regions of another partition',
      aConfig({
        targets: { organization: true, excludeRegions: ['us-gov-west-1'] },
        deployment: { onChange: { enabled: false } },
      }),
      /^targets\.excludeRegions: us-gov-west-1 is in another partition \(aws-us-gov\)/,
    ],
    [
      'a home Region of another partition',
      aConfig({
        homeRegion: 'eu-central-1',
        targets: { organization: true },
        deployment: { region: 'eusc-de-east-1', onChange: { enabled: false } },
      }),
      /^homeRegion: eu-central-1 is in another partition \(aws\) than deployment\.region, eusc-de-east-1/,
    ],
    [
      'an isolated partition',
      aConfigIn('us-iso-east-1', {}),
      /^deployment\.region: us-iso-east-1 is in the isolated partition aws-iso\. Available: .*aws-eusc/,
    ],
    [
      'Slack in China',
      aConfigIn('cn-north-1', { alerts: { slack: { workspaceId: 'T1', channelId: 'C1' } } }),
      /^deployment\.alerts\.slack/,
    ],
    [
      'two routes with the same name',
      deployment({
        alerts: {
          routes: ['a', 'a'].map((name) => ({
            name,
            targets: [A_QUEUE],
          })),
        },
      }),
      /^deployment\.alerts\.routes: names must be unique/,
    ],
    [
      'mails about each finding of a severity that nobody gets',
      deployment({ alerts: { emails: { HIGH: ['a@example.com'] }, mailEachFinding: ['HIGH', 'LOW'] } }),
      /^deployment\.alerts\.mailEachFinding: LOW has no address in deployment\.alerts\.emails\.LOW$/,
    ],
    [
      'a target in another account',
      deployment({
        alerts: {
          routes: [{ name: 'siem', targets: [{ queue: 'arn:aws:sqs:eu-west-1:999900001111:q' }] }],
        },
      }),
      /^deployment\.alerts\.routes: siem: arn:\S+ is not in 111122223333 and eu-west-1; use an event bus/,
    ],
    [
      'more targets than a rule has',
      deployment({ alerts: { routes: [{ name: 'a', targets: Array(6).fill(A_QUEUE) }] } }),
      /^deployment\.alerts\.routes\[0\]\.targets: must have at most 5 entries/,
    ],
    [
      'a coverage of more than everything',
      deployment({ alarms: { coverageBelowPercent: 101 } }),
      /^deployment\.alarms\.coverageBelowPercent: must be at most 100/,
    ],
    [
      'a VPC without subnets',
      deployment({ vpc: { subnets: [], securityGroups: ['sg-0a1b2c3d'] } }),
      /^deployment\.vpc\.subnets: must not be empty/,
    ],
    [
      'a VPC without security groups',
      deployment({ vpc: { subnets: ['subnet-0a1b2c3d'] } }),
      /^deployment\.vpc\.securityGroups: is missing/,
    ],
    [
      'a VPC instead of its subnets',
      deployment({ vpc: { subnets: ['vpc-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] } }),
      /^deployment\.vpc\.subnets\[0\]: must be the id of a subnet such as subnet-\S+ \(is "vpc-0a1b2c3d"\)$/,
    ],
    [
      'a name instead of a security group',
      deployment({ vpc: { subnets: ['subnet-0a1b2c3d'], securityGroups: ['default'] } }),
      /^deployment\.vpc\.securityGroups\[0\]: must be the id of a security group such as sg-/,
    ],
    [
      'a target of the wrong service',
      deployment({
        alerts: {
          routes: [{ name: 'a', targets: [{ queue: 'arn:aws:sns:eu-west-1:111122223333:t' }] }],
        },
      }),
      /^deployment\.alerts\.routes\[0\]\.targets\[0\]\.queue: must be an ARN of sqs/,
    ],
  ])('%s', (_what, config, message) => {
    expect(problemsOf(config)).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    ['alerts.operations', { alerts: { operations: [] } }, 'alerts.operationsEmails'],
    ['concurrency', { concurrency: 10 }, 'concurrentAccounts'],
    ['memberRole.from', { memberRole: { from: 'elsewhere' } }, 'memberRole.deployFrom'],
    [
      'alerts.routes[0].resolved',
      { alerts: { routes: [{ name: 'a', resolved: true, targets: [A_QUEUE] }] } },
      'alerts.routes[].resolvedFindings',
    ],
  ])('the earlier key %s, with its new name', (key, part, newName) => {
    expect(problemsOf(deployment(part))).toEqual([`deployment.${key}: was renamed to deployment.${newName}`]);
  });

  test.each(['resolved', 'resolvedEmails'])('the earlier key alerts.%s, with what replaces it', (key) => {
    expect(problemsOf(deployment({ alerts: { [key]: ['a@example.com'] } }))).toEqual([
      `deployment.alerts.${key}: was removed: the addresses of deployment.alerts.emails get a digest of each run, which tells of resolved findings as well`,
    ]);
  });

  test('a configuration without a deployment', () => {
    const missing = ['account', 'region', 'organizationId'].map((key) =>
      expect.stringMatching(new RegExp(`^deployment\\.${key}: `)),
    );

    expect(problemsOf({ targets: { organization: true } })).toEqual(missing);
  });

  test('the mistakes of both parts are named at once', () => {
    const config = aConfig({ benchmark: '0.1', deployment: { region: 'nowhere' } });

    expect(problemsOf(config)).toEqual([
      expect.stringMatching(/^deployment\.region/),
      expect.stringMatching(/^benchmark/),
    ]);
  });
});

test('the functions get the configuration without the deployment, and the auditor’s Region as home', () => {
  const { config } = parseDeploymentConfig(aConfig(), 'the test');

  expect(config).toMatchObject({ homeRegion: 'eu-west-1', role: { externalId: 'a-secret' } });
  expect(config).not.toHaveProperty('deployment');
});

test('the command line accepts a configuration with a deployment', () => {
  expect(() => parseConfig(aConfig())).not.toThrow();
});

test('the example is a valid configuration', () => {
  const example = parse(readFileSync(join(ROOT, 'infra/cdk/example.yaml'), 'utf8'));

  expect(problemsOf(example)).toEqual([]);
});
