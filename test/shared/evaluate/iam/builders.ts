import type { Identity, IdentityPolicy } from '../../../../shared/evaluate/iam/identity.ts';
import { parseResourcePolicy } from '../../../../shared/evaluate/iam/parse-policy.ts';
import type { Policy } from '../../../../shared/evaluate/iam/statement.ts';

export const ACCOUNT = '111122223333';
export const REPOSITORY = `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository`;

/** A policy variable, as written in a policy. */
export function variable(key: string): string {
  return `$\{${key}}`;
}

export type RawStatement = Readonly<Record<string, unknown>>;

export function allow(Action: string | readonly string[], more: RawStatement = {}): RawStatement {
  return { Effect: 'Allow', Action, ...('NotResource' in more ? {} : { Resource: '*' }), ...more };
}

export function deny(Action: string | readonly string[], more: RawStatement = {}): RawStatement {
  return { ...allow(Action, more), Effect: 'Deny' };
}

/** The same statement with `NotAction` for its `Action`. */
export function allBut({ Action, ...rest }: RawStatement): RawStatement {
  return { ...rest, NotAction: Action };
}

export function when(statement: RawStatement, Condition: unknown): RawStatement {
  return { ...statement, Condition };
}

export const MFA = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

export function aDocument(...statements: readonly RawStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

export function aPolicy(name: string, document: string): IdentityPolicy {
  return { name, document };
}

export function aRole(policies: readonly IdentityPolicy[], boundary?: string): Identity {
  return {
    arn: `arn:aws:iam::${ACCOUNT}:role/node`,
    policies,
    boundary:
      boundary === undefined
        ? undefined
        : { arn: `arn:aws:iam::${ACCOUNT}:policy/boundary`, document: boundary },
  };
}

/** A role with one policy of these statements. */
export function aRoleThat(...statements: readonly RawStatement[]): Identity {
  return aRole([aPolicy('policy', aDocument(...statements))]);
}

export function aResourcePolicy(...statements: readonly RawStatement[]): Policy {
  const parsed = parseResourcePolicy(aDocument(...statements));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.policy;
}
