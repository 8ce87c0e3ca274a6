import { isDeepStrictEqual } from 'node:util';
import type { StoredFinding } from '../state.ts';
import type { Asff } from './asff.ts';
import { completeSeverity } from './severity.ts';

/** What a finding provider sets and customers may change. */
const providerFields = ['Confidence', 'Criticality', 'RelatedFindings', 'Severity', 'Types'] as const;
/** What belongs to the customer: an import sets it only when it creates the finding. */
const customerFields = ['Note', 'UserDefinedFields', 'VerificationState', 'Workflow'] as const;

export interface ImportContext {
  readonly region: string;
  readonly accountName: string;
  readonly now: Date;
}

/** Whether `finding` is later than what is stored: an import that is not is ignored. */
export function isLater(finding: Asff, stored: StoredFinding | undefined): boolean {
  return stored === undefined || Date.parse(finding.UpdatedAt) > Date.parse(stored.UpdatedAt);
}

/** What is stored after `finding` has been imported over `stored`. */
export function mergeImport(
  finding: Asff,
  stored: StoredFinding | undefined,
  context: ImportContext,
): StoredFinding {
  const FindingProviderFields = providerView(finding);
  const ProductName = finding.ProductName ?? 'Default';
  const CompanyName = finding.CompanyName ?? 'Personal';
  const imported: StoredFinding = {
    ...finding,
    Region: context.region,
    ProductName,
    CompanyName,
    RecordState: finding.RecordState ?? 'ACTIVE',
    Workflow: finding.Workflow ?? { Status: 'NEW' },
    ProductFields: {
      ...finding.ProductFields,
      'aws/securityhub/FindingId': `${finding.ProductArn}/${finding.Id}`,
      'aws/securityhub/ProductName': ProductName,
      'aws/securityhub/CompanyName': CompanyName,
    },
    FindingProviderFields,
    ...topLevelFields(FindingProviderFields),
    AwsAccountName: context.accountName,
    ProcessedAt: context.now.toISOString(),
  };
  return stored === undefined ? imported : update(stored, imported);
}

function update(stored: StoredFinding, imported: StoredFinding): StoredFinding {
  const kept = { ...imported };
  for (const field of customerFields) {
    replace(kept, field, stored[field]);
  }
  for (const field of changedByCustomer(stored)) {
    replace(kept, field, stored[field]);
  }
  return { ...kept, Workflow: { Status: workflowAfter(stored, imported) } };
}

function replace<Field extends keyof StoredFinding>(
  finding: StoredFinding,
  field: Field,
  value: StoredFinding[Field],
): void {
  if (value === undefined) {
    delete finding[field];
  } else {
    finding[field] = value;
  }
}

/** The provider's own values, taken from the top level where FindingProviderFields does not have them. */
function providerView(finding: Asff): NonNullable<Asff['FindingProviderFields']> {
  const {
    FindingProviderFields: given = {},
    Severity,
    Types,
    Confidence,
    Criticality,
    RelatedFindings,
  } = finding;
  const severity = given.Severity?.Label ? given.Severity : { ...Severity, ...given.Severity };
  return {
    ...(Confidence === undefined ? {} : { Confidence }),
    ...(Criticality === undefined ? {} : { Criticality }),
    ...(RelatedFindings === undefined ? {} : { RelatedFindings }),
    ...(Types === undefined ? {} : { Types }),
    ...given,
    Severity: { ...severity, Label: completeSeverity(severity).Label },
  };
}

/** The top-level fields as the provider set them. */
function topLevelFields(fields: NonNullable<Asff['FindingProviderFields']>): Partial<Asff> {
  const { Severity, ...others } = fields;
  return { ...others, ...(Severity && { Severity: completeSeverity(Severity) }) };
}

/** The fields whose value differs from the provider's because a customer changed it. */
function changedByCustomer(stored: StoredFinding): (typeof providerFields)[number][] {
  const provided = topLevelFields(stored.FindingProviderFields ?? {});
  return providerFields.filter((field) => !isDeepStrictEqual(stored[field], provided[field]));
}

type WorkflowStatus = NonNullable<Asff['Workflow']>['Status'];

/** NOTIFIED and RESOLVED become NEW when an archived finding becomes active or a passed one no longer passes. */
function workflowAfter(stored: StoredFinding, imported: StoredFinding): WorkflowStatus {
  const status = stored.Workflow?.Status ?? 'NEW';
  const reactivated = stored.RecordState === 'ARCHIVED' && imported.RecordState === 'ACTIVE';
  const after = imported.Compliance?.Status;
  const stoppedPassing = stored.Compliance?.Status === 'PASSED' && after !== undefined && after !== 'PASSED';
  return (status === 'NOTIFIED' || status === 'RESOLVED') && (reactivated || stoppedPassing) ? 'NEW' : status;
}
