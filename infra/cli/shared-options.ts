import { type Command, InvalidArgumentError, Option } from 'commander';
import { BENCHMARKS } from '../../shared/model/benchmarks.ts';
import { SEVERITIES, type Severity } from '../../shared/model/verdict.ts';
import { appendValues } from './list-option.ts';
import { formatOption, outputOption, redactOption } from './report-options.ts';

/** Options that several commands have. */

/** Of commands that show a run. */
export function withReportingOptions(command: Command): Command {
  return command
    .addOption(formatOption())
    .addOption(outputOption())
    .addOption(redactOption())
    .addOption(
      severityOption('--fail-on <severity>', 'exit with 3 only for failures of at least this severity'),
    )
    .option('--require-clusters', 'exit with 4 if no cluster was found')
    .option('--exit-zero', 'exit with 0 even if a verdict is FAILED')
    .addOption(severityOption('--severity <severity>', 'the table lists failures of at least this severity'))
    .addOption(
      new Option('--only <status>', 'the table lists verdicts of this status').choices([
        'failed',
        'warnings',
        'not-available',
        'excepted',
      ]),
    )
    .addOption(new Option('--quiet', 'no progress and no summary, only errors').conflicts('verbose'))
    .option('--verbose', 'each account as it is done, and whole lists in the table');
}

/** Of commands that ask AWS. */
export function withAwsOptions(command: Command): Command {
  return command
    .option('--profile <name>', 'profile of the AWS configuration (default: AWS_PROFILE)')
    .option('--allow-insecure-endpoint', 'allow AWS_ENDPOINT_URL with http:// that is not this machine');
}

/** Of commands that select accounts, Regions and clusters. */
export function withTargetOptions(
  command: Command,
  clusterOption = listOption('--cluster <name...>', 'only clusters of these names'),
): Command {
  return command
    .addOption(
      new Option('--organization', 'all accounts of the organization (default: your own)').conflicts(
        'account',
      ),
    )
    .addOption(listOption('--account <id...>', 'these accounts'))
    .addOption(listOption('--region <region...>', 'only these Regions (default: all enabled)'))
    .addOption(clusterOption)
    .option('--role-name <name>', 'role to assume in every account but your own (default: EksAuditorMember)')
    .option('--external-id <file>', 'file with the external id that the role requires')
    .addOption(configOption());
}

/** Of commands that judge. */
export function withControlOptions(command: Command): Command {
  return command
    .addOption(listOption('--control <control...>', 'only these controls, such as endpoint-access or 5.4.1'))
    .addOption(
      new Option('--benchmark <version>', 'version of the CIS Amazon EKS Benchmark').choices(BENCHMARKS),
    );
}

export function configOption(): Option {
  return new Option(
    '--config <file>',
    'configuration, YAML or JSON (default: ./eks-auditor.yaml where it exists); options take precedence',
  );
}

function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(appendValues);
}

function severityOption(flags: string, description: string): Option {
  return new Option(flags, description).choices(SEVERITIES).argParser(parseSeverity);
}

function parseSeverity(text: string): Severity {
  const severity = SEVERITIES.find((name) => name === text.toUpperCase());
  if (severity === undefined) throw new InvalidArgumentError(`Allowed choices are ${SEVERITIES.join(', ')}.`);
  return severity;
}
