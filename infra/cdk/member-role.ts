import { Aws, CfnCondition, type CfnResource, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import {
  AccountPrincipal,
  CfnManagedPolicy,
  CfnRole,
  CompositePrincipal,
  type IPrincipal,
  PrincipalWithConditions,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { globalRegionOf } from '../../shared/aws/partition.ts';
import { permissionsFor } from './action-resources.ts';
import { CHANGE_BUS_NAME, CHANGE_PATTERN, FORWARD_ROLE_PREFIX } from './change-events.ts';
import { LeastPrivilegeRole } from './constructs/least-privilege-role.ts';
import type { DeployedConfig } from './deployment-config.ts';
import { memberActions } from './member-actions.ts';

/** The name of the role that the audit function runs as; the accounts trust it by this name. */
export const AUDIT_ROLE_NAME = 'EksAuditorAudit';

/** The ARN of the role that the audit function runs as. */
function auditRoleArn({ deployment }: DeployedConfig): string {
  return `arn:${deployment.partition}:iam::${deployment.account}:role/${AUDIT_ROLE_NAME}`;
}

/** The Regions of a member account that get a stack; the role is made in the first. */
export function memberRegions({ deployment, config }: DeployedConfig): readonly string[] {
  const { onChange, region, partition } = deployment;
  if (!onChange.enabled) return [region];
  const watched = onChange.regions.length > 0 ? onChange.regions : config.targets.regions;
  return [...new Set([region, globalRegionOf(partition), ...watched])];
}

interface MemberStackProps extends StackProps {
  readonly deployed: DeployedConfig;
}

/**
 * What an account of the organization gets: the role that the auditor reads it with and, when changes are to be audited,
 * a rule in each Region that forwards them. The same template for all accounts and Regions.
 */
export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberStackProps) {
    const { deployed, ...stackProps } = props;
    super(scope, id, { description: 'What EKS Auditor needs in an account that it audits', ...stackProps });
    const member = this.memberRole(deployed);
    if (deployed.deployment.onChange.enabled) this.forwardChanges(deployed, member);
  }

  private memberRole(deployed: DeployedConfig): LeastPrivilegeRole {
    const { deployment, config } = deployed;
    const [name = '', ...path] = config.role.name.split('/').toReversed();
    return new LeastPrivilegeRole(this, 'Member', {
      roleName: name,
      ...(path.length > 0 ? { path: `/${path.toReversed().join('/')}/` } : {}),
      description: 'Read by EKS Auditor, which writes its findings to Security Hub',
      assumedBy: auditFunction(deployed),
      permissions: permissionsFor(memberActions(), {
        partition: deployment.partition,
        account: Aws.ACCOUNT_ID,
      }),
    });
  }

  /**
   * IAM is global, rules are not: only the first Region gets the role that accounts are read with, every Region a rule,
   * and a role of its own for it. In accounts that join later, StackSets keep no order of Regions.
   */
  private forwardChanges(deployed: DeployedConfig, member: LeastPrivilegeRole): void {
    const { partition, region, account } = deployed.deployment;
    const bus = `arn:${partition}:events:${region}:${account}:event-bus/${CHANGE_BUS_NAME}`;
    const forward = new LeastPrivilegeRole(this, 'Forward', {
      roleName: `${FORWARD_ROLE_PREFIX}-${Aws.REGION}`,
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      permissions: [{ actions: ['events:PutEvents'], resources: [bus] }],
    });
    const isFirst = new CfnCondition(this, 'IsFirstRegion', {
      expression: Fn.conditionEquals(Aws.REGION, memberRegions(deployed)[0]),
    });
    for (const construct of member.node.findAll()) {
      if (isRoleOrPolicy(construct)) construct.cfnOptions.condition = isFirst;
    }
    new CfnRule(this, 'Changes', {
      description: 'Changes after which EKS Auditor may judge differently',
      eventPattern: CHANGE_PATTERN,
      targets: [{ id: 'Auditor', arn: bus, roleArn: forward.role.roleArn }],
    });
  }
}

function isRoleOrPolicy(construct: object): construct is CfnResource {
  return construct instanceof CfnRole || construct instanceof CfnManagedPolicy;
}

/**
 * Exactly the audit function's role, of this organization, that knows the external id. The role is compared by its ARN
 * instead of being the principal: IAM would turn that into the role's internal id, and lock out a role made again.
 */
function auditFunction(deployed: DeployedConfig): IPrincipal {
  const { deployment, config } = deployed;
  const { externalId, sessionTags } = config.role;
  const conditions = (more: Readonly<Record<string, string>> = {}) => ({
    ArnEquals: { 'aws:PrincipalArn': auditRoleArn(deployed) },
    StringEquals: { 'aws:PrincipalOrgID': deployment.organizationId, ...more },
  });
  const assuming = new PrincipalWithConditions(
    new AccountPrincipal(deployment.account),
    conditions(externalId ? { 'sts:ExternalId': externalId } : {}),
  );
  if (Object.keys(sessionTags).length === 0) return assuming;
  const tagging = new PrincipalWithConditions(new TaggingAccount(deployment.account), conditions());
  return new CompositePrincipal(assuming, tagging);
}

/** May tag the sessions that it assumes. An external id is a condition of assuming only. */
class TaggingAccount extends AccountPrincipal {
  override readonly assumeRoleAction = 'sts:TagSession';
}
