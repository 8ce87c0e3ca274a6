import type { Share } from '../patterns/budget.ts';
import { type ParsedPolicy, parseIdentityPolicy } from './parse-policy.ts';
import type { Statement } from './statement.ts';

/** A policy that gives a user or role permissions. Of a managed policy, the default version's document. */
export interface IdentityPolicy {
  /** Name or ARN: how results name it. */
  readonly name: string;
  /** JSON, plain or URL-encoded. */
  readonly document: string;
}

/** A user or role with all that decides its permissions, including the policies of its groups. */
export interface Identity {
  readonly arn: string;
  readonly policies: readonly IdentityPolicy[];
  /** The permissions boundary. */
  readonly boundary?: { readonly arn: string; readonly document: string } | undefined;
}

export interface InvalidPolicy {
  readonly policy: string;
  readonly problem: string;
}

/** A statement with the policy it is from. */
export interface IdentityStatement extends Statement {
  readonly policy: string;
  /** Unique among the identity's statements, which the name of the policy may not be. */
  readonly id: number;
}

/** Its part in what it costs to decide by several. */
export function shareOf({ policy, actions, resources }: IdentityStatement): Share {
  return { policy, patterns: actions.patterns.length + resources.patterns.length };
}

/** An identity's statements by what they do. */
export interface IdentityStatements {
  readonly allows: readonly IdentityStatement[];
  /** The Deny statements without conditions, including those of the boundary. */
  readonly denies: readonly IdentityStatement[];
  /** The boundary's Allow statements. Undefined when there is no boundary or it is invalid. */
  readonly boundary: readonly IdentityStatement[] | undefined;
  readonly invalidPolicies: readonly InvalidPolicy[];
}

/** Parses all documents of an identity. */
export function readStatements({ policies, boundary }: Identity): IdentityStatements {
  const attached = policies.map(({ name, document }) => ({
    policy: name,
    parsed: parseIdentityPolicy(document),
  }));
  const limiting = boundary && { policy: boundary.arn, parsed: parseIdentityPolicy(boundary.document) };
  const all = limiting ? [...attached, limiting] : attached;
  const statements = all
    .flatMap((named) =>
      statementsOf(named).map((statement) => ({ ...statement, isLimit: named === limiting })),
    )
    .map((statement, id) => ({ ...statement, id }));
  const allows = statements.filter(({ effect }) => effect === 'Allow');
  return {
    allows: allows.filter(({ isLimit }) => !isLimit),
    denies: statements.filter(({ effect, conditions }) => effect === 'Deny' && conditions.length === 0),
    boundary: limiting?.parsed.ok ? allows.filter(({ isLimit }) => isLimit) : undefined,
    invalidPolicies: all.flatMap(({ policy, parsed }) =>
      parsed.ok ? [] : [{ policy, problem: parsed.problem }],
    ),
  };
}

function statementsOf({ policy, parsed }: { readonly policy: string; readonly parsed: ParsedPolicy }) {
  return parsed.ok ? parsed.policy.statements.map((statement) => ({ ...statement, policy })) : [];
}
