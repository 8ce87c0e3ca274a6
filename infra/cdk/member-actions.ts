import { Aws } from 'aws-cdk-lib';
import { REGION_ACTIONS } from '../../shared/aws/regions.ts';
import { LIST_ACTIONS } from '../../shared/collect/collect-account.ts';
import { collectors } from '../../shared/collect/index.ts';
import { SECURITY_HUB_ACTIONS } from '../../shared/publish/security-hub.ts';
import { WORKFLOW_STATUSES } from '../../shared/publish/workflow.ts';
import { permissionsFor } from './action-resources.ts';
import type { Permission } from './constructs/least-privilege-role.ts';

/** The IAM actions that the auditor needs in an audited account, as the code that calls them declares. Sorted and unique. */
export function memberActions(): readonly string[] {
  const declared = [
    ...REGION_ACTIONS,
    ...LIST_ACTIONS,
    ...SECURITY_HUB_ACTIONS,
    ...collectors.flatMap((collector) => collector.actions),
  ];
  return [...new Set(declared)].toSorted();
}

/** What BatchUpdateFindings can set besides the workflow and a note, as paths of ASFF. */
const NOT_SET = [
  'Confidence',
  'Criticality',
  'RelatedFindings',
  'Severity.Label',
  'Severity.Normalized',
  'Severity.Product',
  'Types',
  'UserDefinedFields.key',
  'UserDefinedFields.value',
  'VerificationState',
];

/**
 * Of findings only the workflow may be set, to the statuses that the auditor sets, and a note. One statement for each field:
 * several keys of one condition would have to be in the same request.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchupdatefindings.html
 */
const ONLY_WORKFLOWS: readonly Permission[] = [
  denyUpdates({ StringNotEquals: { [asffPath('Workflow.Status')]: WORKFLOW_STATUSES } }),
  ...NOT_SET.map((path) => denyUpdates({ Null: { [asffPath(path)]: 'false' } })),
];

function denyUpdates(conditions: NonNullable<Permission['conditions']>): Permission {
  return { effect: 'Deny', actions: ['securityhub:BatchUpdateFindings'], resources: ['*'], conditions };
}

function asffPath(path: string): string {
  return `securityhub:ASFFSyntaxPath/${path}`;
}

/** What the auditor may do in an audited account: in its own one by the audit function's role. */
export function memberPermissions({ partition }: { readonly partition: string }): readonly Permission[] {
  return [...permissionsFor(memberActions(), { partition, account: Aws.ACCOUNT_ID }), ...ONLY_WORKFLOWS];
}
