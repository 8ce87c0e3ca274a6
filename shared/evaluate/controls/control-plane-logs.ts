import { control } from '../../model/control.ts';
import { uniqueSorted } from '../formatting.ts';

export const auditLogs = control({
  id: '2.1.1',
  title: 'The control plane writes audit logs',
  description:
    'The Kubernetes audit log records who asked the API server for what. Without it an incident cannot be ' +
    'reconstructed, and EKS writes it only when told to.',
  remediation: {
    text:
      'Switch on the log type "audit": aws eks update-cluster-config --name <cluster> --logging ' +
      '\'{"clusterLogging":[{"types":["audit"],"enabled":true}]}\'. Other types keep their setting. ' +
      'Set a retention on the log group /aws/eks/<cluster>/cluster; CloudWatch Logs charges for what is written.',
    url: 'https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html',
  },
  level: 'cluster',
  severity: 'MEDIUM',
  nist: ['AU-2', 'AU-3', 'AU-6(3)', 'AU-10', 'AU-12', 'SI-4'],
  needs: ['cluster'],
  rows: {
    AUDIT_LOG_ENABLED: { status: 'PASSED', when: 'The log type "audit" is on' },
    AUDIT_LOG_DISABLED: { status: 'FAILED', when: 'The log type "audit" is off' },
  },
  judge({ cluster }) {
    const enabled = (cluster.logging?.clusterLogging ?? []).filter((one) => one.enabled === true);
    const types = uniqueSorted(enabled.flatMap((one) => one.types ?? []));
    const named = types.join(', ') || 'none';
    const evidence = { enabledLogTypes: named };
    if (types.includes('audit')) {
      return {
        code: 'AUDIT_LOG_ENABLED',
        reason: `Audit logs are written. Log types on: ${named}.`,
        evidence,
      };
    }
    return {
      code: 'AUDIT_LOG_DISABLED',
      reason: `Audit logs are not written. Log types on: ${named}.`,
      evidence,
    };
  },
});
