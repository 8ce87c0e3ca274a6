import { combineJudgements, control, type Judgement, malformedResponse } from '../../model/control.ts';

export const privateEndpoint = control({
  key: 'private-endpoint',
  title: 'The control plane endpoint is private',
  description:
    'With private access on and public access off, the API server answers only from the cluster’s VPC and the ' +
    'networks connected to it, and the internet has nothing to try.',
  remediation: {
    text:
      'Make sure that people and pipelines reach the VPC (VPN, Direct Connect, a bastion, Session Manager), then: ' +
      'aws eks update-cluster-config --name <cluster> --resources-vpc-config ' +
      'endpointPrivateAccess=true,endpointPublicAccess=false. The security group of the cluster must let them in on port 443.',
    url: 'https://docs.aws.amazon.com/eks/latest/userguide/config-cluster-endpoint.html',
  },
  level: 'cluster',
  severity: 'MEDIUM',
  nist: ['AC-3', 'AC-4', 'AC-21', 'SC-7', 'SC-7(3)', 'SC-7(4)', 'SC-7(9)', 'SC-7(11)'],
  needs: ['cluster'],
  rows: {
    PRIVATE_ENDPOINT: { status: 'PASSED', when: 'Private access is on and public access off' },
    PUBLIC_ACCESS_ENABLED: { status: 'FAILED', when: 'Public access is on' },
    PRIVATE_ACCESS_DISABLED: { status: 'FAILED', when: 'Private access is off' },
  },
  judge({ cluster }) {
    const { endpointPublicAccess: isPublic, endpointPrivateAccess: isPrivate } =
      cluster.resourcesVpcConfig ?? {};
    const seen = {
      evidence: { endpointPublicAccess: `${isPublic}`, endpointPrivateAccess: `${isPrivate}` },
    } as const;
    const wrong: Judgement<'PUBLIC_ACCESS_ENABLED' | 'PRIVATE_ACCESS_DISABLED'>[] = [];
    if (isPublic) wrong.push({ code: 'PUBLIC_ACCESS_ENABLED', reason: 'Public access is on.', ...seen });
    if (isPrivate === false) {
      wrong.push({ code: 'PRIVATE_ACCESS_DISABLED', reason: 'Private access is off.', ...seen });
    }
    const unknown = [isPublic ?? 'public', isPrivate ?? 'private'].filter(
      (value) => typeof value === 'string',
    );
    if (unknown.length > 0) {
      const problem = `it does not say whether ${unknown.join(' or ')} access is on`;
      wrong.push(malformedResponse('eks:DescribeCluster', problem));
    }
    const passed = {
      code: 'PRIVATE_ENDPOINT',
      reason: 'Private access is on, public access is off.',
    } as const;
    return combineJudgements(wrong) ?? { ...passed, ...seen };
  },
});
