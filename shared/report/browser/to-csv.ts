import type { Finding } from './findings.ts';

const HEAD = [
  'Status',
  'Severity',
  'Control',
  'Title',
  'Account',
  'Account name',
  'Region',
  'Cluster',
  'Resource',
  'Reason codes',
  'Reason',
  'Exception',
];

/** Findings as CSV (RFC 4180); what a spreadsheet would run as a formula is quoted. Pure. */
export function toCsv(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => [
    finding.status,
    finding.severity,
    finding.control.number,
    finding.control.title,
    finding.accountId,
    finding.accountName,
    finding.region,
    finding.cluster,
    finding.resource.id,
    finding.codes.join(' '),
    finding.reason,
    finding.exception?.join(' · ') ?? '',
  ]);
  return [HEAD, ...rows].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

/** Cells that begin like this run as formulas; those in full width count in some languages. */
const FORMULA = /^\s*[=+\-@|%＝＋－＠]/;

function cell(text: string): string {
  const value = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(value) || value.startsWith("'") ? `"${value.replaceAll('"', '""')}"` : value;
}
