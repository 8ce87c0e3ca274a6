import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { FIELDS } from './asff.ts';

/** How a finding differs from the stored one: in what it says, only in how it says it, or not at all. */
export type FindingDifference = 'none' | 'relabelled' | 'changed';

/**
 * Compares a stored finding with the one that would be sent. Whoever administers the account can write either half, the
 * visible fields and the fingerprint, so neither is trusted alone. Descriptions are left out, for the counts in them
 * move; so are instances among the resources, which come and go.
 */
export function compareFindings(stored: AwsSecurityFinding, finding: AwsSecurityFinding): FindingDifference {
  if (!isEqual(statementOf(stored), statementOf(finding))) return 'changed';
  return isEqual(labelsOf(stored), labelsOf(finding)) ? 'none' : 'relabelled';
}

/** What a finding says: a difference here is a change for people. */
function statementOf(finding: AwsSecurityFinding) {
  const [main, ...related] = finding.Resources ?? [];
  const relatedIds = related.filter(({ Type }) => Type !== 'AwsEc2Instance').map(({ Id }) => Id);
  return [
    finding.ProductFields?.[FIELDS.fingerprint],
    finding.RecordState,
    finding.Compliance?.Status,
    // A person may set another top-level severity; what the provider says is not his to change.
    finding.FindingProviderFields?.Severity?.Label ?? finding.Severity?.Label,
    (finding.Compliance?.StatusReasons ?? []).map(({ ReasonCode }) => ReasonCode).toSorted(),
    main?.Id,
    relatedIds.toSorted(),
  ];
}

/** How it is called: a difference here comes from another version of the benchmark or of this product. */
function labelsOf(finding: AwsSecurityFinding) {
  const { Text, Url } = finding.Remediation?.Recommendation ?? {};
  return [
    finding.Title,
    Text,
    Url,
    (finding.Compliance?.RelatedRequirements ?? []).toSorted(),
    (finding.Compliance?.AssociatedStandards ?? []).map(({ StandardsId }) => StandardsId).toSorted(),
  ];
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
