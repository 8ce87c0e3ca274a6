import { Stack, Validations } from 'aws-cdk-lib';
import { type IPrincipal, type IRole, ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** What a role may do. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why a resource has a `*`; needed when one does. */
  readonly wildcard?: string;
}

interface LeastPrivilegeRoleProps {
  readonly assumedBy: IPrincipal;
  readonly permissions: readonly Permission[];
  readonly roleName?: string;
  readonly path?: string;
  readonly description?: string;
}

/**
 * A role that may do what is written here and nothing else. The constructs it is handed to cannot add to it: their own
 * grants name actions by wildcards.
 */
export class LeastPrivilegeRole extends Construct {
  readonly role: IRole;

  constructor(scope: Construct, id: string, props: LeastPrivilegeRoleProps) {
    super(scope, id);
    const { permissions, ...rest } = props;
    const role = new Role(this, 'Role', { ...rest, managedPolicies: this.#policies(permissions) });
    this.role = role.withoutPolicyUpdates();
  }

  #policies(permissions: readonly Permission[]): ManagedPolicy[] {
    if (permissions.length === 0) return [];
    const policy = new ManagedPolicy(this, 'Policy', { statements: permissions.map(statementOf) });
    acknowledgeWildcards(policy, permissions);
    return [policy];
  }
}

function statementOf(permission: Permission): PolicyStatement {
  return new PolicyStatement({
    actions: [...permission.actions],
    resources: [...permission.resources],
    ...(permission.conditions ? { conditions: permission.conditions } : {}),
  });
}

/** Gives cdk-nag the reason of each `*`. A permission that has one without a reason stays a violation. */
function acknowledgeWildcards(policy: Construct, permissions: readonly Permission[]): void {
  const stack = Stack.of(policy);
  for (const { resources, wildcard } of permissions) {
    if (!wildcard) continue;
    const ids = resources.map((one) => flattened(stack.resolve(one))).filter((one) => one.includes('*'));
    for (const one of ids) {
      Validations.of(policy).acknowledge({ id: `AwsSolutions-IAM5[Resource::${one}]`, reason: wildcard });
    }
  }
}

/** As cdk-nag spells a resource that CloudFormation puts together: `<Bucket123.Arn>/runs/*`. */
function flattened(resource: unknown): string {
  if (typeof resource !== 'object' || resource === null) return String(resource);
  const [[name, value] = ['', '']] = Object.entries(resource);
  if (name === 'Fn::Join' && Array.isArray(value) && Array.isArray(value[1])) {
    return value[1].map(flattened).join(value[0]);
  }
  return `<${Array.isArray(value) ? value.join('.') : value}>`;
}
