import { parseConfig } from '../../shared/config/config.ts';
import type { Partition } from '../../shared/model/partition.ts';
import {
  AUDIT_ROLE,
  PolicyTooLongError,
  serviceControlPolicy,
} from '../../shared/publish/service-control-policy.ts';
import { readAsUser } from './config.ts';
import { openOutput } from './output.ts';
import { UserError } from './user-error.ts';

/** The options of `service-control-policy`, as commander passes them. */
export interface ServiceControlPolicyOptions {
  readonly securityAccount: string;
  readonly roleName?: string;
  /** `deployment.rolePath`. */
  readonly rolePath: string;
  readonly allowRole?: readonly string[];
  readonly partition: Partition;
  /** The file; absent or `-` for the standard output. */
  readonly output?: string;
}

/** Writes the policy for a deployment. Throws UserError, OutputError. */
export async function showServiceControlPolicy(options: ServiceControlPolicyOptions): Promise<void> {
  const policy = policyFor(options);
  const output = await openOutput(options.output);
  await output.write(`${JSON.stringify(policy, undefined, 2)}\n`);
}

function policyFor(options: ServiceControlPolicyOptions): object {
  const { partition, securityAccount, rolePath, allowRole = [] } = options;
  const foreign = allowRole.find((role) => !role.startsWith(`arn:${partition}:`));
  if (foreign !== undefined)
    throw new UserError(`--allow-role ${foreign}: is of another partition than --partition ${partition}.`);
  const otherRoles = [`arn:${partition}:iam::${securityAccount}:role${rolePath}${AUDIT_ROLE}`, ...allowRole];
  try {
    return serviceControlPolicy({ partition, memberRole: memberRoleOf(options), otherRoles });
  } catch (error) {
    if (!(error instanceof PolicyTooLongError)) throw error;
    throw new UserError(`--allow-role: ${error.message}.`, { cause: error });
  }
}

/** By the rules of the configuration, and with its default. Throws UserError. */
function memberRoleOf({ roleName }: ServiceControlPolicyOptions): string {
  const document = roleName === undefined ? {} : { role: { name: roleName } };
  return readAsUser(() => parseConfig(document, 'option --role-name')).role.name;
}
