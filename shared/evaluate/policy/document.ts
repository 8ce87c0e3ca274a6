import * as z from 'zod';
import { readConditions } from './conditions.ts';
import type { Selection } from './pattern-space.ts';
import type { Principal } from './principals.ts';
import { parseAwsPrincipal } from './principals.ts';
import type { Policy, Statement } from './statement.ts';
import { compileAction } from './statement.ts';
import type { Pattern } from './wildcard.ts';
import { compilePattern } from './wildcard.ts';

export type { Policy } from './statement.ts';

/** A document we cannot read is a problem to show, and never a policy that allows nothing. */
export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problem: string };

const strings = z.preprocess(listOf, z.array(z.string()).min(1)).optional();
const conditionValues = z.preprocess(
  listOf,
  z.array(z.union([z.string(), z.number(), z.boolean()]).transform(String)),
);
const principal = z.union([
  z.literal('*').transform(() => ({ AWS: ['*'], Service: [], Federated: [], CanonicalUser: [] })),
  z.strictObject({ AWS: strings, Service: strings, Federated: strings, CanonicalUser: strings }),
]);
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: strings,
  NotAction: strings,
  Resource: strings,
  NotResource: strings,
  Principal: principal.optional(),
  NotPrincipal: principal.optional(),
  Condition: z.record(z.string(), z.record(z.string(), conditionValues)).default({}),
});
const documentSchema = z.strictObject({
  Version: z.enum(['2008-10-17', '2012-10-17']).default('2008-10-17'),
  Id: z.string().optional(),
  Statement: z.preprocess(listOf, z.array(statementSchema)),
});
type RawStatement = z.infer<typeof statementSchema>;

/** Reads a policy of a user, group or role, or a managed one. Plain JSON, or URL-encoded as IAM returns it. */
export function parseIdentityPolicy(text: string): ParsedPolicy {
  return parse(text, readIdentityStatement);
}

/** Reads a policy attached to a resource, or a role's trust policy. Plain JSON, or URL-encoded. */
export function parseResourcePolicy(text: string): ParsedPolicy {
  return parse(text, readResourceStatement);
}

/** What cannot be read, told to `parse`, which alone catches it. */
class OddPolicyError extends Error {
  override name = 'OddPolicyError';
}

type StatementReader = (raw: RawStatement, index: number, variables: boolean) => Statement;

function parse(text: string, read: StatementReader): ParsedPolicy {
  try {
    const { Version, Statement } = documentSchema.parse(JSON.parse(decode(text)));
    const variables = Version === '2012-10-17';
    return {
      ok: true,
      policy: { statements: Statement.map((raw, index) => read(raw, index, variables)) },
    };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

/** A JSON document starts with a brace; its URL-encoded form cannot. */
function decode(text: string): string {
  return text.trimStart().startsWith('{') ? text : decodeURIComponent(text);
}

function problemOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return `${issue?.path.join('.')}: ${issue?.message}`;
  }
  if (error instanceof OddPolicyError) return error.message;
  // The parsers' own messages quote the document.
  if (error instanceof SyntaxError) return 'not a JSON document';
  if (error instanceof URIError) return 'neither JSON nor URL-encoded';
  throw error;
}

function readIdentityStatement(raw: RawStatement, index: number, variables: boolean): Statement {
  if (raw.Principal ?? raw.NotPrincipal) throw odd(index, 'an identity policy has no Principal');
  if (!(raw.Resource ?? raw.NotResource)) throw odd(index, 'Resource is missing');
  return { ...readStatement(raw, index, variables), principals: undefined };
}

function readResourceStatement(raw: RawStatement, index: number, variables: boolean): Statement {
  const { negated, value } = oneOf(index, 'Principal', raw.Principal, raw.NotPrincipal);
  const principals = { negated, members: readPrincipals(index, value) };
  return { ...readStatement(raw, index, variables), principals };
}

function readStatement(raw: RawStatement, index: number, variables: boolean): Omit<Statement, 'principals'> {
  const actions = oneOf(index, 'Action', raw.Action, raw.NotAction);
  const isAboutAll = raw.Resource === undefined && raw.NotResource === undefined;
  const resources = isAboutAll ? ALL : oneOf(index, 'Resource', raw.Resource, raw.NotResource);
  for (const action of actions.value) checkAction(index, action);
  return {
    index,
    sid: raw.Sid,
    effect: raw.Effect,
    actions: select(actions, compileAction),
    resources: select(resources, (resource) => compilePattern(resource, { wildcards: true, variables })),
    conditions: readConditions(raw.Condition, variables),
  };
}

const ALL = { negated: false, value: ['*'] } as const;

interface Choice<T> {
  readonly negated: boolean;
  readonly value: T;
}

function oneOf<T>(index: number, name: string, positive: T | undefined, negative: T | undefined): Choice<T> {
  if (positive !== undefined && negative !== undefined) throw odd(index, `both ${name} and Not${name}`);
  if (positive !== undefined) return { negated: false, value: positive };
  if (negative !== undefined) return { negated: true, value: negative };
  throw odd(index, `${name} is missing`);
}

function select(
  { negated, value }: Choice<readonly string[]>,
  compile: (text: string) => Pattern,
): Selection {
  return { negated, patterns: value.map(compile) };
}

function checkAction(index: number, action: string): void {
  if (action !== '*' && !action.includes(':')) throw odd(index, `"${action}" is no action`);
}

function readPrincipals(index: number, raw: z.infer<typeof principal>): Principal[] {
  const members: Principal[] = [
    ...(raw.AWS ?? []).map((text) => {
      const member = parseAwsPrincipal(text);
      if (member === undefined) throw odd(index, `"${text}" is no principal`);
      return member;
    }),
    ...(raw.Service ?? []).map(
      (service): Principal => (service === '*' ? { kind: 'everyone' } : { kind: 'service', service }),
    ),
    ...(raw.Federated ?? []).map((provider): Principal => ({ kind: 'federated', provider })),
    ...(raw.CanonicalUser ?? []).map(
      (canonicalId): Principal =>
        canonicalId === '*' ? { kind: 'everyone' } : { kind: 'canonical-user', canonicalId },
    ),
  ];
  if (members.length === 0) throw odd(index, 'Principal names nobody');
  return members;
}

function odd(index: number, what: string): OddPolicyError {
  return new OddPolicyError(`Statement.${index}: ${what}`);
}

function listOf(value: unknown): unknown {
  return Array.isArray(value) || value === undefined ? value : [value];
}
