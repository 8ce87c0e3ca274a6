import { numbered, type Recommendation } from './recommendations.ts';

/*
 * Section 3, worker nodes: files and settings that only somebody on the node can see. Numbers: kube-bench's cfg/eks-1.5.0,
 * eks-1.7.0 and eks-1.8.0 (aquasecurity/kube-bench at a73ce378, 2026-06-09) and cfg/eks-2.0.0 (at b3b9261b, looked up
 * 2026-11-26); of 1.3.0, which kube-bench does not have, https://docs.bosframework.com/Compliance/CIS_EKS.
 */

const AWS_RUNS_THEM = 'On Fargate and in EKS Auto Mode AWS runs the nodes; its AMIs for managed node groups';

function onNode(fields: Pick<Recommendation, 'numbers' | 'title' | 'evidence' | 'comment'>): Recommendation {
  return { ...fields, answeredBy: 'kube-bench' };
}

export const NODE_RECOMMENDATIONS: readonly Recommendation[] = [
  onNode({
    numbers: numbered('3.1.1'),
    title: 'Only root can write the kubeconfig of the kubelet',
    evidence: 'Mode of the file: 644 or stricter',
    comment: `${AWS_RUNS_THEM} set it.`,
  }),
  onNode({
    numbers: numbered('3.1.2'),
    title: 'Root owns the kubeconfig of the kubelet',
    evidence: 'Owner and group of the file: root:root',
    comment: `${AWS_RUNS_THEM} set it.`,
  }),
  onNode({
    numbers: numbered('3.1.3'),
    title: 'Only root can write the configuration of the kubelet',
    evidence: 'Mode of the file: 644 or stricter',
    comment: `${AWS_RUNS_THEM} set it.`,
  }),
  onNode({
    numbers: numbered('3.1.4'),
    title: 'Root owns the configuration of the kubelet',
    evidence: 'Owner and group of the file: root:root',
    comment: `${AWS_RUNS_THEM} set it.`,
  }),
  onNode({
    numbers: numbered('3.2.1'),
    title: 'The kubelet refuses anonymous requests',
    evidence: 'authentication.anonymous.enabled: false',
    comment: `${AWS_RUNS_THEM} refuse them.`,
  }),
  onNode({
    numbers: numbered('3.2.2'),
    title: 'The kubelet asks the API server who may do what',
    evidence: 'authorization.mode: Webhook, never AlwaysAllow',
    comment: `${AWS_RUNS_THEM} use Webhook. 2.0.0 asks for Webhook by name.`,
  }),
  onNode({
    numbers: numbered('3.2.3'),
    title: 'The kubelet checks client certificates against a CA',
    evidence: 'authentication.x509.clientCAFile is set',
    comment: `${AWS_RUNS_THEM} set it.`,
  }),
  onNode({
    numbers: numbered('3.2.4'),
    title: 'The kubelet has no read-only port',
    evidence: 'readOnlyPort: 0',
    comment: `${AWS_RUNS_THEM} close it.`,
  }),
  onNode({
    numbers: numbered('3.2.5', ['1.3.0', '1.5.0', '1.7.0', '1.8.0']),
    title: 'Idle streams of the kubelet end',
    evidence: 'streamingConnectionIdleTimeout is not 0',
    comment: 'The default, four hours, meets it. 2.0.0 no longer asks for it.',
  }),
  onNode({
    numbers: { ...numbered('3.2.6', ['1.3.0', '1.5.0', '1.7.0', '1.8.0']), '2.0.0': '3.2.5' },
    title: 'The kubelet manages the iptables chains that Kubernetes needs',
    evidence: 'makeIPTablesUtilChains: true',
    comment: 'The default meets it.',
  }),
  onNode({
    numbers: numbered('3.2.7', ['1.3.0']),
    title: 'Nodes keep the host name that AWS gave them',
    evidence: '--hostname-override is not set',
    comment: 'Later versions no longer ask for it, and their numbers after it are one lower.',
  }),
  onNode({
    numbers: { '1.3.0': '3.2.8', ...numbered('3.2.7', ['1.5.0', '1.7.0', '1.8.0']), '2.0.0': '3.2.6' },
    title: 'The kubelet does not drop the events that an investigation needs',
    evidence: 'eventRecordQPS: 0, or a rate that is high enough',
    comment: 'The rate is for you to decide: 0 is no limit.',
  }),
  onNode({
    numbers: { '1.3.0': '3.2.9', ...numbered('3.2.8', ['1.5.0', '1.7.0', '1.8.0']), '2.0.0': '3.2.7' },
    title: 'The kubelet renews its client certificate',
    evidence: 'rotateCertificates: true',
    comment: 'The default meets it.',
  }),
  onNode({
    numbers: { '1.3.0': '3.2.10', ...numbered('3.2.9', ['1.5.0', '1.7.0', '1.8.0']), '2.0.0': '3.2.8' },
    title: 'The kubelet renews its server certificate',
    evidence: 'featureGates.RotateKubeletServerCertificate: true; in 2.0.0 also serverTLSBootstrap',
    comment: `${AWS_RUNS_THEM} set it.`,
  }),
  {
    numbers: numbered('3.3.1', ['1.3.0']),
    title: 'Nodes run an operating system made for containers',
    answeredBy: 'aws',
    evidence: 'AMI type of the node groups: Bottlerocket; EKS Auto Mode runs nothing else',
    comment: 'The choice is yours. Later versions no longer ask for it.',
  },
];
