import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { EVIDENCE_UNREADABLE } from '../model/verdict.ts';
import { FIELDS } from './asff.ts';
import { decidedPart, decidingCodes, missingPart } from './fingerprint.ts';

/** How a finding differs from the stored one: in what it says, only in how it says it, or not at all. */
export type FindingDifference = 'none' | 'relabelled' | 'changed';

/**
 * Compares a stored finding with the one that would be sent. Whoever administers the account can write either half, the
 * visible fields and the fingerprint, so neither is trusted alone. Descriptions are left out, for the counts in them
 * move; so are instances among the resources, which come and go.
 *
 * What could not be read is a label: it comes and goes with an account's permissions and with errors, and takes rows of
 * the decision table with it. As long as status and severity stay, that is no change for people.
 */
export function compareFindings(stored: AwsSecurityFinding, finding: AwsSecurityFinding): FindingDifference {
  if (!isEqual(resultOf(stored), resultOf(finding))) return 'changed';
  // That an exception covers it now, or another one, is no work for anybody; that none does any more is.
  if (exceptionOf(stored) !== undefined && exceptionOf(finding) === undefined) return 'changed';
  const isAsComplete = isEqual(missingOf(stored), missingOf(finding));
  if (isAsComplete && !isEqual(groundsOf(stored), groundsOf(finding))) return 'changed';
  const [before, now] = [stored, finding].map((one) => [groundsOf(one), missingOf(one), labelsOf(one)]);
  return isEqual(before, now) ? 'none' : 'relabelled';
}

/** What a finding says: a difference here is a change for people. */
function resultOf(finding: AwsSecurityFinding) {
  return [
    finding.RecordState,
    finding.Compliance?.Status,
    // A person may set another top-level severity, and an import does not set it back; what the provider says is not his
    // to change. https://docs.aws.amazon.com/securityhub/latest/userguide/finding-provider-fields.html
    finding.FindingProviderFields?.Severity?.Label ?? finding.Severity?.Label,
    finding.Resources?.[0]?.Type,
    finding.Resources?.[0]?.Id,
  ];
}

function exceptionOf(finding: AwsSecurityFinding): string | undefined {
  return finding.ProductFields?.[FIELDS.exception];
}

/** Why it says so: a difference here is a change for people, unless something else could be read before. */
function groundsOf(finding: AwsSecurityFinding) {
  const related = finding.Resources?.slice(1).filter(({ Type }) => Type !== 'AwsEc2Instance') ?? [];
  return [
    decidedPart(fingerprintOf(finding)),
    // Worst first.
    decidingCodes(reasonCodesOf(finding)),
    related.map(({ Id }) => Id).toSorted(),
  ];
}

/** What could not be read, as far as the finding says that there is such. */
function missingOf(finding: AwsSecurityFinding): string {
  return reasonCodesOf(finding).includes(EVIDENCE_UNREADABLE) ? missingPart(fingerprintOf(finding)) : '';
}

function fingerprintOf(finding: AwsSecurityFinding): string {
  return finding.ProductFields?.[FIELDS.fingerprint] ?? '';
}

function reasonCodesOf(finding: AwsSecurityFinding): readonly string[] {
  return (finding.Compliance?.StatusReasons ?? []).flatMap(({ ReasonCode }) => ReasonCode ?? []);
}

/** How it says it: a difference here comes from another version of the benchmark or of this product, or of what is missing. */
function labelsOf(finding: AwsSecurityFinding) {
  const { Text, Url } = finding.Remediation?.Recommendation ?? {};
  return [
    fingerprintOf(finding),
    // By these it is found and archived.
    finding.GeneratorId,
    finding.ProductFields?.[FIELDS.level],
    finding.ProductFields?.[FIELDS.cluster],
    exceptionOf(finding),
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
