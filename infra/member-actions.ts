/** The IAM actions that the auditor needs in an account that it audits. Sorted, each once. */
export function memberActions(): readonly string[] {
  return [...new Set([...BASE_ACTIONS])].toSorted();
}

/** What is needed besides the collectors: finding clusters, and keeping Security Hub in step. */
const BASE_ACTIONS = [
  'account:ListRegions',
  'eks:ListClusters',
  'securityhub:BatchImportFindings',
  'securityhub:BatchUpdateFindings',
  'securityhub:GetFindings',
];
