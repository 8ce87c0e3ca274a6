import { Aws, CfnCondition, type CfnResource, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import {
  AccountPrincipal,
  CfnManagedPolicy,
  CfnRole,
  CompositePrincipal,
  type IPrincipal,
  PrincipalWithConditions,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { globalRegionOf } from '../../shared/model/partition.ts';
import { AUDIT_ROLE } from '../../shared/publish/service-control-policy.ts';
import { accessPermissions } from './access-permissions.ts';
import { CHANGE_BUS_NAME, changePatterns, FORWARD_ROLE_PREFIX, OWN_POLICY_PATH } from './change-events.ts';
import { LeastPrivilegeRole, serviceOfThisAccount } from './constructs/least-privilege-role.ts';
import type { DeployedConfig } from './deployment-config.ts';
import { hardenRoles } from './hardened-roles.ts';
import { memberPermissions } from './member-actions.ts';

function auditRoleArn({ deployment }: DeployedConfig): string {
  const { partition, account, rolePath } = deployment;
  return `arn:${partition}:iam::${account}:role${rolePath}${AUDIT_ROLE}`;
}

/** Without the path, as IAM's events name it. */
function memberRoleName({ config }: DeployedConfig): string {
  return config.role.name.split('/').at(-1) ?? '';
}

/**
 * A role's name and its own path, for the audit function looks for it there: `audit/readers/Eks` has one. A role whose path is
 * named anew is replaced.
 */
function placeOf(role: string, { deployment }: DeployedConfig): { roleName: string; path?: string } {
  const end = role.lastIndexOf('/') + 1;
  const path = role.slice(0, end);
  const isNamed = path !== '' || deployment.rolePath !== '/';
  return { roleName: role.slice(end), ...(isNamed && { path: `/${path}` }) };
}

/** The Regions of a member account that get a stack. The first one gets the member role. */
export function memberRegions({ deployment, config }: DeployedConfig): readonly string[] {
  const { onChange, region, partition } = deployment;
  if (!onChange.enabled) return [region];
  const observed = onChange.regions.length > 0 ? onChange.regions : config.targets.regions;
  return [...new Set([region, globalRegionOf(partition), ...observed])];
}

interface MemberStackProps extends StackProps {
  readonly deployed: DeployedConfig;
}

/**
 * The stack of a member account: the member role and, if audits on change are enabled, the rules in each Region that
 * forward changes. The template is the same for all accounts and Regions.
 */
export class MemberStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberStackProps) {
    const { deployed, ...stackProps } = props;
    super(scope, id, {
      description: 'EKS Auditor: the role and the rules of an audited account',
      ...stackProps,
    });
    hardenRoles(this, deployed.deployment);
    const roles = [
      this.memberRole(deployed),
      ...(deployed.config.kubernetes.access === 'managed' ? [this.accessRole(deployed)] : []),
    ];
    if (deployed.deployment.onChange.enabled) this.forwardChanges(deployed, roles);
  }

  private memberRole(deployed: DeployedConfig): LeastPrivilegeRole {
    const { deployment, config } = deployed;
    return new LeastPrivilegeRole(this, 'Member', {
      ...placeOf(config.role.name, deployed),
      description: 'Assumed by EKS Auditor to read this account and to write findings to Security Hub',
      assumedBy: auditPrincipal(deployed),
      policyPath: OWN_POLICY_PATH,
      permissions: memberPermissions(deployment),
    });
  }

  /** Gives the member role access to clusters, and can do nothing else. */
  private accessRole(deployed: DeployedConfig): LeastPrivilegeRole {
    const { deployment, config } = deployed;
    return new LeastPrivilegeRole(this, 'Access', {
      ...placeOf(config.role.accessName, deployed),
      description:
        'Assumed by EKS Auditor to let its member role read what is inside the clusters of this account',
      assumedBy: auditPrincipal(deployed),
      policyPath: OWN_POLICY_PATH,
      permissions: accessPermissions({
        partition: deployment.partition,
        account: Aws.ACCOUNT_ID,
        memberRole: config.role.name,
      }),
    });
  }

  /**
   * IAM is global, rules are regional: only the first Region gets these roles; every Region gets the rules with a role
   * of their own, because StackSets deploy to the Regions of accounts that join later in any order. IAM's events are
   * delivered in its own Region only, which is among them: https://repost.aws/knowledge-center/eventbridge-rule-triggers-iam-single-region
   */
  private forwardChanges(deployed: DeployedConfig, roles: readonly LeastPrivilegeRole[]): void {
    const { partition, region, account } = deployed.deployment;
    const bus = `arn:${partition}:events:${region}:${account}:event-bus/${CHANGE_BUS_NAME}`;
    const forward = new LeastPrivilegeRole(this, 'Forward', {
      roleName: `${FORWARD_ROLE_PREFIX}-${Aws.REGION}`,
      assumedBy: serviceOfThisAccount('events.amazonaws.com'),
      policyPath: OWN_POLICY_PATH,
      permissions: [{ actions: ['events:PutEvents'], resources: [bus] }],
    });
    const isFirst = new CfnCondition(this, 'IsFirstRegion', {
      expression: Fn.conditionEquals(Aws.REGION, memberRegions(deployed)[0]),
    });
    for (const construct of roles.flatMap(({ node }) => node.findAll())) {
      if (isRoleOrPolicy(construct)) construct.cfnOptions.condition = isFirst;
    }
    for (const { id, service, pattern } of changePatterns({ roleName: memberRoleName(deployed) })) {
      new CfnRule(this, `Changes-${id}`, {
        description: `EKS Auditor: changes of ${service} after which verdicts may change`,
        eventPattern: pattern,
        targets: [{ id: 'Auditor', arn: bus, roleArn: forward.role.roleArn }],
      });
    }
  }
}

function isRoleOrPolicy(construct: object): construct is CfnResource {
  return construct instanceof CfnRole || construct instanceof CfnManagedPolicy;
}

/**
 * The audit function's role, in this organization, with the external id. The role's ARN is a condition and not the
 * principal, because IAM would store the role's internal id as principal, and refuse a role that was created again.
 */
function auditPrincipal(deployed: DeployedConfig): IPrincipal {
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

/** May tag sessions. The external id is not a condition of sts:TagSession. */
class TaggingAccount extends AccountPrincipal {
  override readonly assumeRoleAction = 'sts:TagSession';
}
