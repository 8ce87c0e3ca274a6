import type { RunResult } from '../../shared/model/run.ts';
import type { ImportedEvent, Sandbox } from '../sandbox/sandbox.ts';

/** What a run changed in Security Hub, and how many requests it took. */
export function describeChanges({ changes, verdicts }: RunResult, sandbox: Sandbox): string {
  const imports = sandbox.calls({ operation: 'securityhub:BatchImportFindings' }).length;
  const { created, updated, archived, unchanged } = changes;
  return `${verdicts.length} verdicts: ${created} findings new, ${updated} updated, ${archived} archived, ${unchanged} unchanged.
${sandbox.log.length} requests, ${imports} of them imports; ${sandbox.events.length} events on the event bus.
`;
}

/** The events that EventBridge rules receive, one line for each finding. */
export function describeEvents(events: readonly ImportedEvent[]): string {
  const lines = events.flatMap((event) => event.detail.findings.map(describeFinding));
  // An import and the update of its workflow status are two events that can have the same line.
  return `\n${[...new Set(lines)].sort().join('\n')}\n`;
}

function describeFinding(finding: ImportedEvent['detail']['findings'][number]): string {
  const control = finding.GeneratorId.split('/').at(-1) ?? '';
  const state =
    finding.RecordState === 'ARCHIVED' ? 'archived' : (finding.Compliance?.Status ?? '').toLowerCase();
  const cluster = finding.ProductFields?.['eks-auditor/cluster']?.split('/').at(-1) ?? finding.AwsAccountId;
  const workflow = finding.RecordState === 'ARCHIVED' ? '' : (finding.Workflow?.Status ?? '');
  const alert = isAlert(finding) ? '  → alert' : '';
  return `  ${state.padEnd(9)} ${control.padEnd(26)} ${cluster.padEnd(11)} ${workflow.padEnd(9)}${alert}`.trimEnd();
}

/** Whether the deployed rule for alerts matches the finding. */
function isAlert(finding: ImportedEvent['detail']['findings'][number]): boolean {
  return (
    finding.Compliance?.Status === 'FAILED' &&
    finding.Workflow?.Status === 'NEW' &&
    finding.RecordState === 'ACTIVE' &&
    ['new', 'changed'].includes(finding.ProductFields?.['eks-auditor/event'] ?? '')
  );
}
