import { Command, InvalidArgumentError, Option } from 'commander';
import { ACCOUNT_ID } from '../../shared/model/arn.ts';
import { PARTITION_NAMES } from '../../shared/model/partition.ts';
import { appendValues } from './list-option.ts';
import type { ServiceControlPolicyOptions } from './service-control-policy.ts';

export function serviceControlPolicyCommand(): Command {
  return new Command('service-control-policy')
    .description('a policy of the organization: nobody else imports findings as the auditor')
    .addOption(
      new Option('--security-account <id>', 'account that the auditor is deployed in')
        .argParser(parseAccountId)
        .makeOptionMandatory(),
    )
    .option('--role-name <name>', "the member role's name (default: EksAuditorMember)")
    .addOption(
      new Option('--role-path <path>', 'path of the auditor’s roles, as in deployment.rolePath')
        .argParser(parsePath)
        .default('/'),
    )
    .addOption(
      new Option(
        '--allow-role <arn...>',
        'roles that may import as well: those of your other integrations',
      ).argParser(parseRoles),
    )
    .addOption(new Option('--partition <name>', 'partition of AWS').choices(PARTITION_NAMES).default('aws'))
    .option('--output <file>', 'file (default: standard output)')
    .action(async (options: ServiceControlPolicyOptions) => {
      const { showServiceControlPolicy } = await import('./service-control-policy.ts');
      await showServiceControlPolicy(options);
    });
}

function parseAccountId(text: string): string {
  if (ACCOUNT_ID.test(text)) return text;
  throw new InvalidArgumentError('It must be an account id of 12 digits.');
}

function parsePath(text: string): string {
  if (/^\/([\w+=,.@-]+\/){0,20}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a path such as /security/.');
}

const ROLE_ARN = /^arn:aws(-[a-z]+)*:iam::(\d{12}|\*):role\/[\w+=,.@/*-]{1,576}$/;

function parseRoles(value: string, previous: readonly string[] | undefined): string[] {
  const roles = appendValues(value, previous);
  const wrong = roles.find((role) => !ROLE_ARN.test(role));
  if (wrong === undefined) return roles;
  throw new InvalidArgumentError(
    `${wrong} is not the ARN of a role, such as arn:aws:iam::111122223333:role/importer; * may stand for the account id.`,
  );
}
