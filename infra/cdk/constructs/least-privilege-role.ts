import { Aws, Stack, Validations } from 'aws-cdk-lib';
import {
  Effect,
  type IPrincipal,
  type IRole,
  ManagedPolicy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** Actions that a role may call on resources, or may not whatever else allows them. */
export interface Permission {
  readonly effect?: 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** The reason for a `*` in the resources; needed if there is one. */
  readonly wildcard?: string;
}

interface LeastPrivilegeRoleProps {
  readonly assumedBy: IPrincipal;
  readonly permissions: readonly Permission[];
  readonly roleName?: string;
  readonly path?: string;
  /** The path of its policy. */
  readonly policyPath?: string;
  readonly description?: string;
}

/**
 * A role with exactly the given permissions. Constructs that use it cannot add to them, because their own grants have
 * wildcards in the names of actions.
 */
export class LeastPrivilegeRole extends Construct {
  readonly role: IRole;

  constructor(scope: Construct, id: string, props: LeastPrivilegeRoleProps) {
    super(scope, id);
    const { permissions, policyPath, ...rest } = props;
    const managedPolicies = this.#policies(permissions, policyPath);
    const role = new Role(this, 'Role', { ...rest, managedPolicies });
    this.role = role.withoutPolicyUpdates();
  }

  #policies(permissions: readonly Permission[], path: string | undefined): ManagedPolicy[] {
    if (permissions.length === 0) return [];
    const statements = permissions.map(statementOf);
    const policy = new ManagedPolicy(this, 'Policy', { statements, ...(path ? { path } : {}) });
    acknowledgeWildcards(policy, permissions);
    return [policy];
  }
}

/**
 * The condition that a key is used by way of a service only. The end of the service's name differs by partition.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function usedThrough(service: 's3' | 'sns', region: string): NonNullable<Permission['conditions']> {
  return { StringLike: { 'kms:ViaService': `${service}.${region}.*` } };
}

/**
 * A service of AWS on behalf of this account only.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention
 */
export function serviceOfThisAccount(name: string): ServicePrincipal {
  return new ServicePrincipal(name, {
    conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
  });
}

function statementOf(permission: Permission): PolicyStatement {
  return new PolicyStatement({
    actions: [...permission.actions],
    resources: [...permission.resources],
    ...(permission.effect === 'Deny' ? { effect: Effect.DENY } : {}),
    ...(permission.conditions ? { conditions: permission.conditions } : {}),
  });
}

/** Gives cdk-nag the reason for each `*`. A `*` without a reason stays a violation. */
function acknowledgeWildcards(policy: Construct, permissions: readonly Permission[]): void {
  const stack = Stack.of(policy);
  for (const { resources, wildcard } of permissions) {
    if (!wildcard) continue;
    const ids = resources
      .map((resource) => flatten(stack.resolve(resource)))
      .filter((resource) => resource.includes('*'));
    for (const id of ids) {
      Validations.of(policy).acknowledge({ id: `AwsSolutions-IAM5[Resource::${id}]`, reason: wildcard });
    }
  }
}

/** A resource with references as cdk-nag writes it: `<Bucket123.Arn>/runs/*`. */
function flatten(resource: unknown): string {
  if (typeof resource !== 'object' || resource === null) return String(resource);
  const [[name, value] = ['', '']] = Object.entries(resource);
  if (name === 'Fn::Join' && Array.isArray(value) && Array.isArray(value[1])) {
    return value[1].map(flatten).join(value[0]);
  }
  return `<${Array.isArray(value) ? value.join('.') : value}>`;
}
