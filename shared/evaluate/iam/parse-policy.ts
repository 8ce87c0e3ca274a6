import * as z from 'zod';
import { record } from '../../model/record.ts';
import type { Pattern } from '../patterns/pattern.ts';
import { compilePattern } from '../patterns/pattern.ts';
import type { Selection } from '../patterns/string-set.ts';
import { readConditions } from './conditions.ts';
import type { Principal } from './principals.ts';
import { parseAwsPrincipal } from './principals.ts';
import type { Policy, Statement } from './statement.ts';
import { compileAction } from './statement.ts';

/** An invalid document is a problem to report, and never a policy that allows nothing. */
export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problem: string };

const oneOrMoreStrings = z.preprocess(asList, z.array(z.string()).min(1)).optional();
const conditionValuesSchema = z.preprocess(
  asList,
  z.array(z.union([z.string(), z.number(), z.boolean()]).transform(String)),
);
const principalSchema = z.union([
  z.literal('*').transform(() => ({ AWS: ['*'], Service: [], Federated: [], CanonicalUser: [] })),
  z.strictObject({
    AWS: oneOrMoreStrings,
    Service: oneOrMoreStrings,
    Federated: oneOrMoreStrings,
    CanonicalUser: oneOrMoreStrings,
  }),
]);
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMoreStrings,
  NotAction: oneOrMoreStrings,
  Resource: oneOrMoreStrings,
  NotResource: oneOrMoreStrings,
  Principal: principalSchema.optional(),
  NotPrincipal: principalSchema.optional(),
  Condition: record(z.string(), record(z.string(), conditionValuesSchema)).default({}),
});
const documentSchema = z.strictObject({
  Version: z.enum(['2008-10-17', '2012-10-17']).default('2008-10-17'),
  Id: z.string().optional(),
  Statement: z.preprocess(asList, z.array(statementSchema)),
});
type RawStatement = z.infer<typeof statementSchema>;
type RawPrincipal = z.infer<typeof principalSchema>;

/** Reads a policy of a user, group or role, or a managed one. Plain JSON, or URL-encoded as IAM returns it. */
export function parseIdentityPolicy(text: string): ParsedPolicy {
  return parse(text, readIdentityStatement);
}

/** Reads a policy attached to a resource, or a role's trust policy. Plain JSON, or URL-encoded. */
export function parseResourcePolicy(text: string): ParsedPolicy {
  return parse(text, readResourceStatement);
}

/** Thrown for invalid statements and caught in `parse` only. */
class InvalidStatementError extends Error {
  override name = 'InvalidStatementError';
}

type StatementReader = (raw: RawStatement, index: number, variables: boolean) => Statement;

function parse(text: string, read: StatementReader): ParsedPolicy {
  try {
    const document = documentSchema.parse(JSON.parse(decode(text)));
    const variables = document.Version === '2012-10-17';
    const statements = document.Statement.map((raw, index) => read(raw, index, variables));
    return { ok: true, policy: { statements } };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

/** A JSON document starts with a brace, its URL-encoded form with `%`. */
function decode(text: string): string {
  return text.trimStart().startsWith('{') ? text : decodeURIComponent(text);
}

function problemOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return `${issue?.path.join('.')}: ${issue?.message}`;
  }
  if (error instanceof InvalidStatementError) return error.message;
  // The parsers' own messages would quote the document.
  if (error instanceof SyntaxError) return 'not a JSON document';
  if (error instanceof URIError) return 'neither JSON nor URL-encoded';
  throw error;
}

function readIdentityStatement(raw: RawStatement, index: number, variables: boolean): Statement {
  if (raw.Principal ?? raw.NotPrincipal)
    throw invalid(index, 'Principal is not allowed in an identity policy');
  if (!(raw.Resource ?? raw.NotResource)) throw invalid(index, 'Resource is missing');
  return { ...readStatement(raw, index, variables), principals: undefined };
}

function readResourceStatement(raw: RawStatement, index: number, variables: boolean): Statement {
  const { negated, value } = elementOf(index, 'Principal', raw.Principal, raw.NotPrincipal);
  const principals = { negated, members: readPrincipals(index, value) };
  return { ...readStatement(raw, index, variables), principals };
}

function readStatement(raw: RawStatement, index: number, variables: boolean): Omit<Statement, 'principals'> {
  const actions = elementOf(index, 'Action', raw.Action, raw.NotAction);
  const hasNoResource = raw.Resource === undefined && raw.NotResource === undefined;
  const resources = hasNoResource
    ? ALL_RESOURCES
    : elementOf(index, 'Resource', raw.Resource, raw.NotResource);
  for (const action of actions.value) checkAction(index, action);
  return {
    effect: raw.Effect,
    actions: selectionOf(actions, compileAction),
    resources: selectionOf(resources, (resource) => compileResource(resource, variables)),
    conditions: readConditions(raw.Condition, variables),
  };
}

const ARN_PARTS = 6;

/** IAM completes an ARN that has fewer than six parts with `*`: `arn:aws:ecr` means all of ECR. */
function compileResource(resource: string, variables: boolean): Pattern {
  const syntax = { wildcards: true, variables };
  const pattern = compilePattern(resource, syntax);
  const parts = pattern.tokens.filter((token) => token === ':').length + 1;
  if (parts >= ARN_PARTS || !resource.startsWith('arn:')) return pattern;
  const missing = ':*'.repeat(ARN_PARTS - parts);
  return { ...compilePattern(`${resource}${missing}`, syntax), text: resource };
}

const ALL_RESOURCES = { negated: false, value: ['*'] } as const;

/** The value of an element such as `Action`, or of its negated form such as `NotAction`. */
interface Element<T> {
  readonly negated: boolean;
  readonly value: T;
}

function elementOf<T>(
  index: number,
  name: string,
  positive: T | undefined,
  negative: T | undefined,
): Element<T> {
  if (positive !== undefined && negative !== undefined) throw invalid(index, `both ${name} and Not${name}`);
  if (positive !== undefined) return { negated: false, value: positive };
  if (negative !== undefined) return { negated: true, value: negative };
  throw invalid(index, `${name} is missing`);
}

function selectionOf(
  { negated, value }: Element<readonly string[]>,
  compile: (text: string) => Pattern,
): Selection {
  return { negated, patterns: value.map(compile) };
}

function checkAction(index: number, action: string): void {
  if (action !== '*' && !action.includes(':')) throw invalid(index, `"${action}" is not an action`);
}

function readPrincipals(index: number, raw: RawPrincipal): Principal[] {
  const members: Principal[] = [
    ...(raw.AWS ?? []).map((text) => {
      const parsed = parseAwsPrincipal(text);
      if (parsed === undefined) throw invalid(index, `"${text}" is not a principal`);
      return parsed;
    }),
    ...(raw.Service ?? []).map((service) => orWildcard(service, { kind: 'service', service })),
    ...(raw.Federated ?? []).map((provider) => orWildcard(provider, { kind: 'federated', provider })),
    ...(raw.CanonicalUser ?? []).map((canonicalId) =>
      orWildcard(canonicalId, { kind: 'canonical-user', canonicalId }),
    ),
  ];
  if (members.length === 0) throw invalid(index, 'Principal is empty');
  return members;
}

function orWildcard(text: string, principal: Principal): Principal {
  return text === '*' ? { kind: 'wildcard' } : principal;
}

function invalid(index: number, problem: string): InvalidStatementError {
  return new InvalidStatementError(`Statement.${index}: ${problem}`);
}

function asList(value: unknown): unknown {
  return Array.isArray(value) || value === undefined ? value : [value];
}
