import type { Benchmark } from '../../model/benchmarks.ts';
import { control, malformedResponse } from '../../model/control.ts';
import { LOG_TYPES, type LogType } from '../../model/control-settings.ts';
import { uniqueSorted } from '../formatting.ts';

export const controlPlaneLogs = control({
  key: 'control-plane-logs',
  title: 'The control plane writes audit logs',
  description:
    'The Kubernetes audit log records who asked the API server for what. Without it an incident cannot be ' +
    'reconstructed, and EKS writes it only when told to.',
  remediation: {
    text:
      'Switch on the log type "audit", or all that are required: aws eks update-cluster-config --name <cluster> --logging ' +
      '\'{"clusterLogging":[{"types":["audit"],"enabled":true}]}\'. Other types keep their setting. ' +
      'Set a retention on the log group /aws/eks/<cluster>/cluster; CloudWatch Logs charges for what is written.',
    url: 'https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html',
  },
  level: 'cluster',
  severity: 'MEDIUM',
  nist: ['AU-2', 'AU-3', 'AU-6(3)', 'AU-10', 'AU-12', 'SI-4'],
  needs: ['cluster'],
  rows: {
    AUDIT_LOG_ENABLED: {
      status: 'PASSED',
      when: 'The log type "audit" is on, and every other required type',
    },
    AUDIT_LOG_DISABLED: { status: 'FAILED', when: 'The log type "audit" is off' },
    LOG_TYPES_DISABLED: {
      status: 'FAILED',
      when: 'Another log type is off that requiredLogTypes names, or 2.0.0 requires (all five)',
    },
  },
  judge({ cluster }, { benchmark, settings }) {
    const entries = cluster.logging?.clusterLogging;
    const enabled = uniqueSorted(
      (entries ?? []).flatMap((entry) => (entry.enabled ? (entry.types ?? []) : [])),
    );
    const required = settings.requiredLogTypes ?? requiredBy(benchmark);
    const missing = required.filter((type) => !enabled.includes(type));
    if (missing.length > 0 && !entries?.every(isComplete)) {
      return malformedResponse('eks:DescribeCluster', 'it does not say which log types are on');
    }
    const names = enabled.join(', ') || 'none';
    const evidence = { enabledLogTypes: names };
    if (!enabled.includes('audit')) {
      const reason = `Audit logs are not written. Log types on: ${names}.`;
      return { code: 'AUDIT_LOG_DISABLED', reason, evidence };
    }
    if (missing.length > 0) {
      const reason = `Audit logs are written, but these required log types are off: ${missing.join(', ')}.`;
      return { code: 'LOG_TYPES_DISABLED', reason, evidence: { ...evidence, missing: missing.join(', ') } };
    }
    return { code: 'AUDIT_LOG_ENABLED', reason: `Audit logs are written. Log types on: ${names}.`, evidence };
  },
});

function isComplete({ types, enabled }: { readonly types?: unknown; readonly enabled?: unknown }): boolean {
  return types !== undefined && enabled !== undefined;
}

/** Version 2.0.0 requires every type; earlier versions require the audit log only. */
function requiredBy(benchmark: Benchmark): readonly LogType[] {
  return benchmark === '2.0.0' ? LOG_TYPES : ['audit'];
}
