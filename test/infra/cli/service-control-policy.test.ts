import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SECURITY } from '../../harness.ts';
import { aFolder, cli, expectUsageError } from './cli-process.ts';

const SCANNER = 'arn:aws:iam::*:role/scanner';
const ARGS = ['service-control-policy', '--security-account', SECURITY];

describe('service-control-policy', () => {
  it('prints the policy for the deployment', async () => {
    const roles = ['--role-name', 'audit/Member', '--role-path', '/security/', '--allow-role', SCANNER];
    const { code, stdout } = await cli([...ARGS, ...roles]);

    expect(code).toBe(0);
    expect(JSON.parse(stdout).Statement[0].Condition).toEqual({
      ArnNotLike: {
        'aws:PrincipalArn': [
          'arn:aws:iam::*:role/audit/Member',
          `arn:aws:iam::${SECURITY}:role/security/EksAuditorAudit`,
          SCANNER,
        ],
      },
    });
  });

  it('writes it into a file', async () => {
    const file = join(aFolder(), 'policy.json');

    await cli([...ARGS, '--partition', 'aws-us-gov', '--output', file]);

    expect(JSON.parse(readFileSync(file, 'utf8')).Statement[0].Resource).toBe(
      'arn:aws-us-gov:securityhub:*:*:product/*/default',
    );
  });

  it.each([
    { args: ['service-control-policy'], words: ['--security-account'] },
    {
      args: ['service-control-policy', '--security-account', '1'],
      words: ['--security-account', '12 digits'],
    },
    { args: [...ARGS, '--role-path', 'security'], words: ['--role-path', '/security/'] },
    { args: [...ARGS, '--role-name', 'arn:aws:iam::1:role/a'], words: ['role.name', 'not its ARN'] },
    {
      args: [...ARGS, '--allow-role', 'scanner'],
      words: ['--allow-role', 'scanner is not the ARN of a role'],
    },
    { args: [...ARGS, '--allow-role', '*'], words: ['--allow-role', '* is not the ARN of a role'] },
    { args: [...ARGS, '--partition', 'aws-cn', '--allow-role', SCANNER], words: [SCANNER, 'aws-cn'] },
    { args: [...ARGS, '--partition', 'azure'], words: ['--partition', 'azure', 'aws-us-gov'] },
    {
      args: [
        ...ARGS,
        '--allow-role',
        ...Array.from({ length: 99 }, (_, index) => `arn:aws:iam::*:role/${'x'.repeat(40)}${index}`),
      ],
      words: ['--allow-role', '5120', 'name fewer roles'],
    },
  ])('$args is refused', async ({ args, words }) => {
    expectUsageError(await cli(args), ...words);
  });
});
