import { Aws, Stack } from 'aws-cdk-lib';
import { REGION_ACTIONS } from '../../shared/aws/regions.ts';
import { namesRegions } from '../../shared/config/named-regions.ts';
import { ORGANIZATION_ACTIONS } from '../../shared/plan/organization.ts';
import { assumePermission } from './access-permissions.ts';
import { permissionsFor } from './action-resources.ts';
import type { FunctionName } from './bundle.ts';
import type { ChangeTrigger } from './constructs/change-trigger.ts';
import type { Permission } from './constructs/least-privilege-role.ts';
import type { LockedReports } from './constructs/locked-reports.ts';
import type { Results } from './constructs/results.ts';
import { RUN_MACHINE_NAME } from './constructs/run-machine.ts';
import type { DeployedConfig } from './deployment-config.ts';
import { memberPermissions } from './member-actions.ts';

interface PermissionsProps {
  readonly deployed: DeployedConfig;
  readonly results: Results;
  readonly lockedReports: LockedReports | undefined;
  /** Where audits on change are enabled. */
  readonly changes: ChangeTrigger | undefined;
}

/** What each function may do, besides logging and alerting. */
export function functionPermissions(
  props: PermissionsProps,
): Readonly<Record<FunctionName, readonly Permission[]>> {
  const { changes, results } = props;
  return {
    plan: [...planPermissions(props), ...(changes ? changePermissions(changes, results) : [])],
    audit: auditPermissions(props),
    report: [...reportPermissions(props), ...(changes ? changeListPermissions(results) : [])],
  };
}

function planPermissions({ deployed, results }: PermissionsProps): readonly Permission[] {
  const { organizationId, partition } = deployed.deployment;
  const organizations = (type: string) => `arn:${partition}:organizations::*:${type}/${organizationId}/*`;
  const unitActions = [
    'organizations:ListAccountsForParent',
    'organizations:ListOrganizationalUnitsForParent',
  ];
  return [
    {
      actions: ORGANIZATION_ACTIONS.filter((action) => !unitActions.includes(action)),
      resources: ['*'],
      wildcard: 'These read-only actions of Organizations support no resource-level permissions.',
    },
    {
      actions: unitActions,
      resources: [organizations('ou'), organizations('root')],
      wildcard:
        'All OUs below the configured ones are read; the account id in the ARN is the management account’s.',
    },
    ...(namesRegions(deployed.config)
      ? permissionsFor(REGION_ACTIONS, { partition, account: Aws.ACCOUNT_ID })
      : []),
    {
      actions: ['lambda:GetAccountSettings'],
      resources: ['*'],
      wildcard: 'The action supports no resource-level permissions.',
    },
    results.list('latest/*'),
    ...results.read('latest/accounts.json'),
    ...results.write(
      'runs/*/organization.json',
      'runs/*/plan.json',
      'runs/*/targets.json',
      'latest/organization.json',
    ),
  ];
}

/** What planning audits on change needs besides. */
function changePermissions({ queue }: ChangeTrigger, results: Results): readonly Permission[] {
  return [
    { actions: ['sqs:DeleteMessage', 'sqs:ReceiveMessage'], resources: [queue.queueArn] },
    {
      actions: ['states:DescribeExecution'],
      resources: [
        Stack.of(queue).formatArn({ service: 'states', resource: `execution:${RUN_MACHINE_NAME}:*` }),
      ],
      wildcard: 'The executions of the state machine are named when they start.',
    },
    ...changeListPermissions(results),
    ...results.read('latest/organization.json'),
  ];
}

/** The plan of a run on change writes its list, and its report what is left of it. */
function changeListPermissions(results: Results): readonly Permission[] {
  return [
    results.list('changes/*'),
    ...results.read('changes/current.json'),
    ...results.write('changes/current.json'),
  ];
}

function auditPermissions({ deployed, results }: PermissionsProps): readonly Permission[] {
  return [
    assumePermission(deployed),
    // In its own account it does not assume the member role.
    ...memberPermissions(deployed.deployment),
    results.list('accounts/*', 'runs/*'),
    ...results.read('runs/*/organization.json', 'runs/*/checkpoints/*', 'accounts/*/state.json'),
    ...results.write('runs/*/accounts/*', 'runs/*/checkpoints/*', 'accounts/*/state.json'),
  ];
}

function reportPermissions({ results, lockedReports }: PermissionsProps): readonly Permission[] {
  return [
    {
      actions: ['securityhub:ListFindingAggregators'],
      resources: ['*'],
      wildcard: 'The action supports no resource-level permissions.',
    },
    {
      actions: ['securityhub:GetFindingAggregator'],
      resources: [
        Stack.of(results).formatArn({
          service: 'securityhub',
          region: '*',
          resource: 'finding-aggregator/*',
        }),
      ],
      wildcard: 'Security Hub names the aggregator, which may be in another Region.',
    },
    results.list('accounts/*', 'latest/*', 'runs/*'),
    ...results.read(
      'runs/*/plan.json',
      'runs/*/accounts/*',
      'runs/*/crashed/*',
      'runs/*/reported.json',
      'accounts/*/state.json',
      'latest/*',
    ),
    ...results.write(
      'runs/*/result.json',
      'runs/*/report.html',
      'runs/*/reported.json',
      'accounts/*/state.json',
      'latest/*',
    ),
    ...(lockedReports ? lockedReports.write() : []),
  ];
}
