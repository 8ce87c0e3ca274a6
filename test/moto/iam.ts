import {
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  AttachRolePolicyCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { type Account, required } from './account.ts';

export type Statement = Readonly<Record<string, unknown>>;

export function policy(...statements: readonly Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** A policy that allows these actions on everything. */
export function allow(...actions: readonly string[]): string {
  return policy({ Effect: 'Allow', Action: actions, Resource: '*' });
}

/** A trust policy for an AWS service. */
function trustOf(Service: string): string {
  return policy({ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' });
}

export interface RoleOptions {
  /** Of nodes when left out. */
  readonly trust?: string;
  readonly inline?: string;
  /** ARNs of managed policies. */
  readonly attached?: readonly string[];
  /** The ARN of a managed policy. */
  readonly boundary?: string;
}

/** Makes a role; returns its ARN. */
export async function aRole(account: Account, RoleName: string, options: RoleOptions = {}): Promise<string> {
  const iam = account.client(IAMClient);
  const { trust = trustOf('ec2.amazonaws.com'), inline, attached = [], boundary } = options;
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, PermissionsBoundary: boundary }),
  );
  if (inline) {
    const PolicyName = 'inline';
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: inline }));
  }
  for (const PolicyArn of attached) await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  return required(Role?.Arn);
}

/** Makes a managed policy; returns its ARN. */
export async function aPolicy(account: Account, PolicyName: string, document: string): Promise<string> {
  const command = new CreatePolicyCommand({ PolicyName, PolicyDocument: document });
  return required((await account.client(IAMClient).send(command)).Policy?.Arn);
}

/** Makes an instance profile with the role in it; returns its ARN. */
export async function anInstanceProfile(account: Account, name: string, RoleName: string): Promise<string> {
  const iam = account.client(IAMClient);
  const InstanceProfileName = name;
  const answer = await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
  return required(answer.InstanceProfile?.Arn);
}

export interface UserOptions {
  readonly inline?: string;
  /** Makes a group of this name that can do anything with ECR, with the user in it. */
  readonly group?: string;
}

export async function aUser(
  account: Account,
  UserName: string,
  { inline, group }: UserOptions,
): Promise<void> {
  const iam = account.client(IAMClient);
  await iam.send(new CreateUserCommand({ UserName }));
  if (inline) {
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'inline', PolicyDocument: inline }));
  }
  if (group) {
    await iam.send(new CreateGroupCommand({ GroupName: group }));
    const write = { GroupName: group, PolicyName: 'write', PolicyDocument: allow('ecr:*') };
    await iam.send(new PutGroupPolicyCommand(write));
    await iam.send(new AddUserToGroupCommand({ GroupName: group, UserName }));
  }
}

/** The ARNs of policies that AWS manages. */
export function managed(...names: readonly string[]): string[] {
  return names.map((name) => `arn:aws:iam::aws:policy/${name}`);
}
