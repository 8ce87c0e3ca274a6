import { dedicatedServiceAccounts } from '../../../../shared/evaluate/controls/dedicated-service-accounts-clusters.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { IamRole } from '../../../../shared/model/iam-facts.ts';
import { aCluster, ISSUER } from '../../../builders.ts';
import { ACCOUNT, aDocument, aRole, type Given, iamOf, verdictOf } from '../../../builders-iam.ts';
import { aNodegroup } from '../../../builders-network.ts';

export const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}`;
export const CLUSTER = aCluster();
const ASSOCIATION = { namespace: 'shop', serviceAccount: 'api' };
export const GONE = `arn:aws:iam::${ACCOUNT}:role/gone`;
export const IRSA = { oidcProviders: present([PROVIDER]) };
export const AGENT = { addons: present([anAgent('ACTIVE')]) };

export const POD_IDENTITY = { podIdentityAssociations: present([ASSOCIATION]), ...AGENT };

/** The add-on that hands out credentials of Pod Identity. */
export function anAgent(status: string) {
  const name = 'eks-pod-identity-agent';
  return { name, detail: present({ addonName: name, status }) };
}

/** A role for the service accounts of a subject by IRSA. */
export function roleFor(subject: string): IamRole {
  return aRole({
    name: 'api',
    trustPolicy: aDocument({
      Effect: 'Allow',
      Principal: { Federated: PROVIDER },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${ISSUER}:sub`]: subject } },
    }),
  });
}

/** For one service account. */
export const FOR_API = roleFor('system:serviceaccount:shop:api');

/** A cluster with an issuer and no nodes but those given. */
export function judge(given: Given, settings = {}) {
  const cluster = { cluster: present(CLUSTER), ...given.cluster };
  const account = { iam: iamOf({ roles: [aRole()] }), ...given.account };
  return verdictOf(dedicatedServiceAccounts, { ...given, cluster, account }, { settings });
}

/** A node group of the role `node`, on whose nodes pods reach its credentials, and pods with identities of their own. */
export function withNodeRole(role: Partial<IamRole>, settings = {}, given: Given = {}) {
  const nodegroups = present([aNodegroup({ nodeRole: aRole().arn, amiType: 'BOTTLEROCKET_x86_64' })]);
  const account = { iam: iamOf({ roles: [aRole(role)] }), ...given.account };
  return judge({ ...given, cluster: { nodegroups, ...POD_IDENTITY, ...given.cluster }, account }, settings);
}
