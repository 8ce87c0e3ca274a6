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
    function: 'arn:aws:lambda:eu-west-1:111122223333:function:mend',
    eventBus: 'arn:aws:events:eu-west-1:999900001111:event-bus/siem',
  };
  return { name: target, targets: [{ [target]: arns[target as keyof typeof arns] }] };
});

/** Every part that can be switched on or off, and every partition. */
const DEPLOYMENTS = [
  ['everything', aConfig({ deployment: { alerts: { slack, routes, operations: ['a@example.com'] } } })],
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
  // Synthesis fails where a rule of AwsSolutions, NIST 800-53 r5 or CloudFormation itself is broken.
  const checked = synthesized(config, { checked: true });

  test('is without anything that cfn-lint finds', async () => {
    const files = (await readdir(checked.directory)).filter((name) => name.endsWith('.template.json'));
    const templates = files.map((name) => join(checked.directory, name));
    const region = checked.deployed.deployment.region;
    // W3005: the CDK writes dependencies out that references make already.
    const lint = ['--ignore-checks', 'W3005', '--regions', region, '--format', 'parseable', '--template'];

    const { stdout } = await run(join(tools, 'cfn-lint'), [...lint, ...templates]).catch((error) => error);

    expect(files).toContain('member-role.template.json');
    expect(stdout).toBe('');
  }, 120_000);
});

describe('a resource of *', () => {
  /** The Service Authorization Reference as cfn-lint brings it: the kinds of resources that each action knows. */
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

  test('is of actions that know no resource', async () => {
    const resourcesOf = await resourcesOfActions();
    const { auditor, member, members } = synthesized();
    const everywhere = [auditor, member, members]
      .flatMap(statementsOf)
      .filter((one) => one.effect === 'Allow' && one.resources.includes('*'))
      // In a key's policy * is the key.
      .filter((one) => !one.policy.startsWith('Key'))
      .flatMap((one) => one.actions);

    expect(everywhere.length).toBeGreaterThan(10);
    const narrower = everywhere.filter((action) => resourcesOf(action)?.length !== 0);
    expect(narrower).toEqual([]);
  });
});
