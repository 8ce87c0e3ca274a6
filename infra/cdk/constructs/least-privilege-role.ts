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
    return this.#parts(permissions).map((part, index) => {
      const id = index === 0 ? 'Policy' : `Policy${index + 1}`;
      const statements = part.map(statementOf);
      const policy = new ManagedPolicy(this, id, { statements, ...(path ? { path } : {}) });
      acknowledgeWildcards(policy, part);
      return policy;
    });
  }

  /** In order, as many in each part as one policy holds. */
  #parts(permissions: readonly Permission[]): readonly (readonly Permission[])[] {
    const lengthOf = (part: readonly Permission[]) =>
      JSON.stringify(Stack.of(this).resolve(part.map((one) => statementOf(one).toStatementJson())), asArn)
        .length;
    return permissions.reduce<Permission[][]>((parts, permission) => {
      const last = parts.at(-1);
      if (last && lengthOf([...last, permission]) <= MAX_CHARACTERS) last.push(permission);
      else parts.push([permission]);
      return parts;
    }, []);
  }
}

/**
 * The most characters of a managed policy are 6,144, less those around the statements, which are shorter once the CDK has
 * joined them. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_CHARACTERS = 6_100;

/** References as long as an ARN of the stack may be. */
function asArn(_: string, value: unknown): unknown {
  const [name = ''] = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (name !== 'Ref' && !name.startsWith('Fn::')) return value;
  return flatten(value).replaceAll(/<(?!AWS::)[^>]*>/g, 'x'.repeat(90));
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
