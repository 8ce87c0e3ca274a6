import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { aConfig, aConfigIn, statementsOf, synthesized } from '../infra/cdk/synthesized.ts';
import { pythonTools } from './python.ts';

const run = promisify(execFile);
const slack = { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' };
const routes = ['queue', 'topic', 'function', 'eventBus'].map((target) => {
  const arns = {
    queue: 'arn:aws:sqs:eu-west-1:111122223333:tickets',
    topic: 'arn:aws:sns:eu-west-1:111122223333:pager',
    function: 'arn:aws:lambda:eu-west-1:111122223333:function:fix',
    eventBus: 'arn:aws:events:eu-west-1:999900001111:event-bus/siem',
  };
  return { name: target, targets: [{ [target]: arns[target as keyof typeof arns] }] };
});

const alerts = {
  slack,
  routes,
  emails: { CRITICAL: ['a@example.com', 'b@example.com'], LOW: ['b@example.com'] },
  operationsEmails: ['a@example.com'],
  digest: 'always',
  mailEachFinding: ['CRITICAL', 'LOW'],
};

/** With all optional parts, without them, and in each partition. */
const DEPLOYMENTS = [
  [
    'everything',
    aConfig({
      kubernetes: { enabled: true, access: 'managed' },
      deployment: { alerts, vpc: { subnets: ['subnet-0a1b2c3d'], securityGroups: ['sg-0a1b2c3d'] } },
    }),
  ],
  [
    'as little as possible',
    aConfig({
      deployment: {
        tracing: false,
        onChange: { enabled: false },
        memberRole: { deployFrom: 'elsewhere' },
        managementAccount: undefined,
        schedule: { enabled: false },
      },
    }),
  ],
  ['GovCloud', aConfigIn('us-gov-west-1')],
  ['China', aConfigIn('cn-northwest-1')],
] as const;

let tools: string;
beforeAll(async () => {
  tools = await pythonTools();
});

describe.each(DEPLOYMENTS)('%s', (_name, config) => {
  // The synthesis fails on violations of AwsSolutions, NIST 800-53 r5 and CloudFormation's own rules.
  const checked = synthesized(config, { checked: true });

  test('has templates that cfn-lint accepts', async () => {
    const files = (await readdir(checked.directory)).filter((name) => name.endsWith('.template.json'));
    const templates = files.map((name) => join(checked.directory, name));
    const region = checked.deployed.deployment.region;
    // W3005: the CDK adds dependencies that references imply.
    const lint = ['--ignore-checks', 'W3005', '--regions', region, '--format', 'parseable', '--template'];

    const { stdout } = await run(join(tools, 'cfn-lint'), [...lint, ...templates]).catch((error) => error);

    expect(files).toContain('member-role.template.json');
    expect(stdout).toBe('');
  }, 120_000);
});

describe('a resource that is *', () => {
  /** The types of resources that each action supports, by the Service Authorization Reference in cfn-lint. */
  async function resourcesOfActions(): Promise<(action: string) => readonly string[] | undefined> {
    const script = 'import cfnlint, os; print(os.path.dirname(cfnlint.__file__))';
    const { stdout } = await run(join(tools, 'python'), ['-c', script]);
    const file = join(stdout.trim(), 'data/AdditionalSpecs/Policies.json');
    const reference = JSON.parse(await readFile(file, 'utf8'));
    return (action) => {
      const [service = '', name = ''] = action.toLowerCase().split(':');
      const known = reference[service]?.Actions?.[name];
      return known && (known.Resources ?? []);
    };
  }

  test('belongs to actions without resource-level permissions', async () => {
    const resourcesOf = await resourcesOfActions();
    const { auditor, member, members } = synthesized();
    const everywhere = [auditor, member, members]
      .flatMap(statementsOf)
      .filter((statement) => statement.effect === 'Allow' && statement.resources.includes('*'))
      // In a key policy * is the key itself.
      .filter((statement) => !/^(Alerts)?Key/.test(statement.policy))
      .flatMap((statement) => statement.actions);

    expect(everywhere.length).toBeGreaterThan(10);
    const narrower = everywhere.filter((action) => resourcesOf(action)?.length !== 0);
    expect(narrower).toEqual([]);
  });
});
