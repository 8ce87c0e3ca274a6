import { isDeepStrictEqual } from 'node:util';
import type { StoredFinding } from '../state.ts';
import type { Asff } from './asff.ts';
import { completeSeverity } from './severity.ts';

/** What a finding provider states about a finding and customers may overrule. */
const providerFields = ['Confidence', 'Criticality', 'RelatedFindings', 'Severity', 'Types'] as const;
/** What customers keep about a finding: an import sets it at creation only. */
const customerFields = ['Note', 'UserDefinedFields', 'VerificationState', 'Workflow'] as const;

export interface ImportContext {
  readonly region: string;
  readonly accountName: string;
  readonly now: Date;
}

/** Whether an import of `finding` changes anything: one that is not later than what is stored is ignored. */
export function isNews(finding: Asff, stored: StoredFinding | undefined): boolean {
  return stored === undefined || Date.parse(finding.UpdatedAt) > Date.parse(stored.UpdatedAt);
}

/** The finding that is stored after `finding` has been imported over `stored`. */
export function importOver(
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
    ...topLevel(FindingProviderFields),
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
  for (const field of overruled(stored)) {
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

/** The provider's own values, taken from the top level where FindingProviderFields lacks them. */
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

/** The top-level fields that follow from the provider's. */
function topLevel(fields: NonNullable<Asff['FindingProviderFields']>): Partial<Asff> {
  const { Severity, ...others } = fields;
  return { ...others, ...(Severity && { Severity: completeSeverity(Severity) }) };
}

/** The fields in which a customer's value stands against the provider's. */
function overruled(stored: StoredFinding): (typeof providerFields)[number][] {
  const provided = topLevel(stored.FindingProviderFields ?? {});
  return providerFields.filter((field) => !isDeepStrictEqual(stored[field], provided[field]));
}

type WorkflowStatus = NonNullable<Asff['Workflow']>['Status'];

/** NOTIFIED and RESOLVED fall back to NEW when a finding comes back to life or stops passing. */
function workflowAfter(stored: StoredFinding, imported: StoredFinding): WorkflowStatus {
  const status = stored.Workflow?.Status ?? 'NEW';
  const revived = stored.RecordState === 'ARCHIVED' && imported.RecordState === 'ACTIVE';
  const after = imported.Compliance?.Status;
  const broke = stored.Compliance?.Status === 'PASSED' && after !== undefined && after !== 'PASSED';
  return (status === 'NOTIFIED' || status === 'RESOLVED') && (revived || broke) ? 'NEW' : status;
}
