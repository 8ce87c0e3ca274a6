import { Command } from 'commander';
import { VERSION } from '../../shared/model/version.ts';
import { accessCommand } from './access-command.ts';
import { auditCommand } from './audit-command.ts';
import { clustersCommand } from './clusters-command.ts';
import { completionCommand } from './completion-command.ts';
import { controlsCommand } from './controls-command.ts';
import { diffCommand } from './diff-command.ts';
import { evaluateCommand } from './evaluate-command.ts';
import { exceptionsCommand } from './exceptions-command.ts';
import { matrixCommand } from './matrix-command.ts';
import { fitted } from './messages.ts';
import { reportCommand } from './report-command.ts';
import { sandboxCommand } from './sandbox-command.ts';
import { serviceControlPolicyCommand } from './service-control-policy-command.ts';

const EPILOGUE = `
Examples:
  eks-auditor audit                             the account of your credentials
  eks-auditor audit --organization              all accounts of the organization
  eks-auditor audit --organization --publish    … and findings to Security Hub
  eks-auditor audit --account 111122223333 --region eu-west-1 --control 5.4.1
  eks-auditor audit --fail-on HIGH              exit with 3 for HIGH or CRITICAL
  eks-auditor audit --output report.html --output result.json
  eks-auditor report result.json --output findings.sarif
  eks-auditor audit --save-inventory evidence   … to judge it again without AWS:
  eks-auditor evaluate evidence --benchmark 1.8.0
  eks-auditor clusters list --organization
  eks-auditor access status --organization
  eks-auditor diff yesterday.json today.json
  eks-auditor exceptions check exceptions.yaml result.json
  eks-auditor controls show endpoint-access

Exit codes:
  0  no verdict is FAILED, and everything could be read
  1  a bug of eks-auditor
  2  invalid usage, configuration or credentials
  3  a verdict is FAILED (0 with --exit-zero; see --fail-on)
  4  no verdict is FAILED, but not everything could be read (or, with
     --require-clusters, no cluster was found)
  5  audited, but a report could not be written

Environment:
  AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL and all others of the AWS SDK
  HTTPS_PROXY, NO_PROXY    proxy for requests to AWS
  EKS_AUDITOR_CONFIG_FILE  file of the configuration, as --config; without both,
                           ./eks-auditor.yaml is used where it exists
  EKS_AUDITOR_CONFIG       text of the configuration, YAML or JSON
  EKS_AUDITOR_ACCOUNTS, EKS_AUDITOR_REGIONS, EKS_AUDITOR_BENCHMARK,
  EKS_AUDITOR_HOME_REGION, EKS_AUDITOR_ROLE_NAME, EKS_AUDITOR_EXTERNAL_ID
                           single fields; options take precedence
  NO_COLOR, FORCE_COLOR    never or always use colours`;

/** The whole command line. Throws CommanderError where the process should end. */
export function buildProgram(): Command {
  const program = new Command('eks-auditor')
    .description('Audits EKS clusters against section 5 of the CIS Amazon EKS Benchmark.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('--debug', 'show stack traces of errors (as DEBUG=eks-auditor)')
    .addCommand(auditCommand())
    .addCommand(evaluateCommand())
    .addCommand(reportCommand())
    .addCommand(diffCommand())
    .addCommand(matrixCommand())
    .addCommand(exceptionsCommand())
    .addCommand(controlsCommand())
    .addCommand(clustersCommand())
    .addCommand(accessCommand())
    .addCommand(serviceControlPolicyCommand())
    .addCommand(completionCommand())
    .addCommand(sandboxCommand())
    .addHelpText('after', EPILOGUE);
  for (const command of commandsOf(program)) applySettings(command);
  return program;
}

function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

/** Settings that a command added by `addCommand` does not inherit. */
function applySettings(command: Command): void {
  command
    .exitOverride()
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      outputError: (text, write) => write(fitted(`eks-auditor: ${text.replace(/^error: /, '')}`)),
    })
    .showHelpAfterError(`See ${pathOf(command)} --help.`);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
