import { describe, expect, it } from 'vitest';
import { present } from '../../../../shared/model/evidence.ts';
import type { Cluster } from '../../../../shared/model/facts.ts';
import { aCluster } from '../../../builders.ts';
import { aDocument, aRole, type Given, iamOf } from '../../../builders-iam.ts';
import { aNodegroup } from '../../../builders-network.ts';
import { FOR_API, IRSA, judge, POD_IDENTITY, PROVIDER } from './dedicated-service-accounts-support.ts';

const NODE = aRole();
/** On its nodes pods reach the credentials. */
const IN_REACH = {
  nodegroups: present([aNodegroup({ nodeRole: NODE.arn, amiType: 'BOTTLEROCKET_x86_64' })]),
};
const UNCONFINED = aRole({
  name: 'anybody',
  trustPolicy: aDocument({
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
  }),
});

describe.each<[string, Pick<Cluster, 'identity'>]>([
  ['identity', { identity: undefined }],
  ['oidc', { identity: {} }],
  ['issuer', { identity: { oidc: {} } }],
  ['text of the issuer', { identity: { oidc: { issuer: '' } } }],
])('5.2.1 of a cluster whose description has no %s', (_missing, identity) => {
  const cluster = present(aCluster(identity));

  it.each<[string, Given]>([
    ['pods have a role by IRSA', { account: { iam: iamOf({ roles: [NODE, FOR_API] }), ...IRSA } }],
    ['a role is for anybody', { account: { iam: iamOf({ roles: [UNCONFINED] }), ...IRSA } }],
    ['there is nothing else', {}],
    ['pods have Pod Identity', { cluster: POD_IDENTITY }],
  ])('is not available where %s', (_, given) => {
    for (const nodes of [{}, IN_REACH]) {
      const verdict = judge({ ...given, cluster: { ...nodes, ...given.cluster, cluster } });

      expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCodes: ['EVIDENCE_UNREADABLE'] });
      expect(verdict.reason).toContain('the answer to eks:DescribeCluster does not suffice');
    }
  });

  it('is FAILED by what is proven without it', () => {
    const associated = {
      podIdentityAssociations: present([{ namespace: 'shop', serviceAccount: 'default' }]),
    };
    const verdict = judge({ cluster: { ...POD_IDENTITY, ...associated, cluster } });

    expect(verdict.reasonCodes).toEqual(['DEFAULT_SERVICE_ACCOUNT_HAS_ROLE', 'EVIDENCE_UNREADABLE']);
  });

  it('leaves open whether something else than Pod Identity gives pods a role', () => {
    const associations = { podIdentityAssociations: POD_IDENTITY.podIdentityAssociations };

    expect(judge({ cluster: { ...associations, cluster } }).reasonCodes).toEqual(['EVIDENCE_UNREADABLE']);
  });
});
