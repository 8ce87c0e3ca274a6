import { ecrPullOnly } from '../../../../shared/evaluate/controls/ecr-pull-only.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { Iam, IamRole } from '../../../../shared/model/iam-facts.ts';
import { aCluster } from '../../../builders.ts';
import { aRole, type Given, iamOf, verdictOf } from '../../../builders-iam.ts';
import { aNodegroup } from '../../../builders-network.ts';

export const CLUSTER = aCluster().arn;

/** A cluster with a node group of the role `node`. */
export function withNodes(iam: Partial<Iam>, given: Given = {}): Given {
  const nodegroups = present([aNodegroup({ nodeRole: aRole().arn })]);
  return {
    cluster: { nodegroups, ...given.cluster },
    region: given.region ?? {},
    account: { iam: iamOf(iam) },
  };
}

export function judge(role: Partial<IamRole>, iam: Partial<Iam> = {}, settings = {}) {
  return verdictOf(ecrPullOnly, withNodes({ roles: [aRole(role)], ...iam }), { settings });
}
