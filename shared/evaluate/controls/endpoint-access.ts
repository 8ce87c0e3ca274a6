import { control, malformedResponse } from '../../model/control.ts';
import type { Cluster } from '../../model/facts.ts';
import { formatCount, formatList, uniqueSorted } from '../formatting.ts';
import { summarizeCidrs } from '../network/cidr.ts';

export const endpointAccess = control({
  key: 'endpoint-access',
  title: 'Access to the control plane endpoint is restricted',
  description:
    'Whoever reaches the Kubernetes API server can try stolen credentials and its next vulnerability. The public ' +
    'endpoint should answer few addresses, and nodes should reach it inside the VPC.',
  remediation: {
    text:
      'Switch on private access and list the addresses that need the public endpoint, or switch that off: aws eks ' +
      'update-cluster-config --name <cluster> --resources-vpc-config ' +
      'endpointPrivateAccess=true,endpointPublicAccess=true,publicAccessCidrs="203.0.113.0/24". ' +
      'The list replaces the former one. First make sure that your own way in is among them.',
    url: 'https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html',
  },
  level: 'cluster',
  severity: 'HIGH',
  nist: ['AC-3', 'AC-4', 'AC-6', 'SC-7', 'SC-7(11)', 'SC-7(16)', 'SC-7(4)'],
  needs: ['cluster'],
  rows: {
    PRIVATE_ONLY: { status: 'PASSED', when: 'Public access is off, private access on' },
    NO_ENDPOINT_ACCESS: { status: 'FAILED', severity: 'LOW', when: 'Public and private access are off' },
    OPEN_TO_INTERNET: {
      status: 'FAILED',
      when: 'The public ranges together cover all of IPv4 or all of IPv6, or there are none, which means everyone',
    },
    OVERLY_BROAD: {
      status: 'FAILED',
      severity: 'MEDIUM',
      when: 'The public ranges hold more addresses than maxPublicAddresses; IPv6 counts in /64 networks',
    },
    PRIVATE_ACCESS_DISABLED: {
      status: 'FAILED',
      severity: 'MEDIUM',
      when: 'The public ranges are restricted, but private access is off, so nodes come in through them too',
    },
    RESTRICTED: { status: 'PASSED', when: 'The public ranges are restricted and private access is on' },
  },
  // biome-ignore lint/complexity/noExcessiveLinesPerFunction: reads like its decision table, from top to bottom
  judge({ cluster }, { settings }) {
    const { endpointPublicAccess: isPublic, endpointPrivateAccess: isPrivate } =
      cluster.resourcesVpcConfig ?? {};
    const evidence = { endpointPublicAccess: `${isPublic}`, endpointPrivateAccess: `${isPrivate}` };
    const publicUnknown = malformedResponse(
      'eks:DescribeCluster',
      'it does not say whether public access is on',
    );
    const privateUnknown = malformedResponse(
      'eks:DescribeCluster',
      'it does not say whether private access is on',
    );

    if (isPublic === undefined) return publicUnknown;
    if (!isPublic) {
      if (isPrivate === undefined) return privateUnknown;
      if (isPrivate) return { code: 'PRIVATE_ONLY', reason: 'Public access is off.', evidence };
      return { code: 'NO_ENDPOINT_ACCESS', reason: 'Public and private access are both off.', evidence };
    }

    const cidrs = publicRanges(cluster);
    const { malformed, coversAllIpv4, coversAllIpv6, ipv4Addresses, ipv6Networks64 } = summarizeCidrs(cidrs);
    const seen = { evidence: { ...evidence, publicAccessCidrs: cidrs.join(', ') } };
    if (coversAllIpv4 || coversAllIpv6) {
      const all = [coversAllIpv4 && 'IPv4', coversAllIpv6 && 'IPv6'].filter(Boolean).join(' and ');
      const reason = `The public endpoint is open to all of ${all} through ${formatList(cidrs)}.`;
      return { code: 'OPEN_TO_INTERNET', reason, ...seen };
    }
    const addresses = ipv4Addresses + ipv6Networks64;
    if (addresses > BigInt(settings.maxPublicAddresses)) {
      const ipv4 = formatCount(ipv4Addresses, 'IPv4 address', 'IPv4 addresses');
      const ipv6 = formatCount(ipv6Networks64, 'IPv6 /64 network', 'IPv6 /64 networks');
      const limit = settings.maxPublicAddresses.toLocaleString('en-US');
      const reason = `The public endpoint is open to ${ipv4} and ${ipv6} (limit ${limit}) through ${formatList(cidrs)}.`;
      return { code: 'OVERLY_BROAD', reason, ...seen };
    }
    if (malformed.length > 0) {
      return malformedResponse(
        'eks:DescribeCluster',
        `publicAccessCidrs holds ${formatList(malformed)}, no CIDR block`,
      );
    }
    if (isPrivate === undefined) return privateUnknown;
    if (!isPrivate) {
      const reason = `Private access is off, so nodes use the public endpoint, open to ${formatList(cidrs)}.`;
      return { code: 'PRIVATE_ACCESS_DISABLED', reason, ...seen };
    }
    return {
      code: 'RESTRICTED',
      reason: `The public endpoint is open to ${formatList(cidrs)} only.`,
      ...seen,
    };
  },
});

/** An empty or missing list means everyone to EKS, on both families where the cluster's endpoint has both. */
function publicRanges(cluster: Cluster): string[] {
  const cidrs = uniqueSorted(cluster.resourcesVpcConfig?.publicAccessCidrs ?? []);
  if (cidrs.length > 0) return cidrs;
  return cluster.kubernetesNetworkConfig?.ipFamily === 'ipv6' ? ['0.0.0.0/0', '::/0'] : ['0.0.0.0/0'];
}
