import { compilePattern, matches } from '../../../../shared/evaluate/patterns/pattern.ts';
import { ACCOUNT } from './builders.ts';
import { EXTERNAL_ID, EXTERNAL_ORGANIZATION_ID, MEMBER_ID, ORGANIZATION_ID } from './grantee-builders.ts';

export type Conditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface PlainStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: '*' | { readonly AWS: string };
  readonly Condition: Conditions;
}

/** A request to the registry of the account, by a role. */
export interface RequestByRole {
  readonly account: string;
  readonly isOutsider: boolean;
  /** By condition key in lower case. */
  readonly context: Readonly<Record<string, string>>;
}

/** An account outside that is in no organization. */
export const LONE_ID = '888877776666';
const ORGANIZATIONS = new Map([
  [ACCOUNT, ORGANIZATION_ID],
  [MEMBER_ID, ORGANIZATION_ID],
  [EXTERNAL_ID, EXTERNAL_ORGANIZATION_ID],
]);

/** By a role of each account, and by one each whose path holds the ARN of another account's role. */
export const REQUESTS: readonly RequestByRole[] = [...ORGANIZATIONS.keys(), LONE_ID].flatMap((account) =>
  ['role/x', `role/a:iam::${ACCOUNT}:role/x`, `role/a:iam::${MEMBER_ID}:role/x`].map((role) =>
    byRole(account, role),
  ),
);

function byRole(account: string, role: string): RequestByRole {
  const organization = ORGANIZATIONS.get(account);
  return {
    account,
    isOutsider: organization !== ORGANIZATION_ID,
    context: {
      'aws:resourceaccount': ACCOUNT,
      'aws:resourceorgid': ORGANIZATION_ID,
      'aws:resourceorgpaths': `${ORGANIZATION_ID}/r-ab12/`,
      'aws:principalaccount': account,
      'aws:principalarn': `arn:aws:iam::${account}:${role}`,
      'aws:principalisawsservice': 'false',
      ...(organization !== undefined && {
        'aws:principalorgid': organization,
        'aws:principalorgpaths': `${organization}/r-ab12/`,
      }),
    },
  };
}

/** Whether the statements allow a request, by the rules of IAM for one request: nothing here is worked out for many. */
export function isAllowed(statements: readonly PlainStatement[], request: RequestByRole): boolean {
  const met = statements.filter((statement) => applies(statement, request));
  return met.length > 0 && met.every(({ Effect }) => Effect === 'Allow');
}

function applies({ Principal, Condition }: PlainStatement, { account, context }: RequestByRole): boolean {
  if (Principal !== '*' && Principal.AWS !== account) return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, value]) => holds(operator, value, context[key.toLowerCase()], context)),
  );
}

function holds(
  operator: string,
  value: string,
  actual: string | undefined,
  context: RequestByRole['context'],
): boolean {
  const isNegated = operator.includes('Not');
  if (operator === 'Null') return (actual === undefined) === (value === 'true');
  if (actual !== undefined) return isMatch(operator, value, actual, context) !== isNegated;
  if (operator.endsWith('IfExists') || operator.startsWith('ForAllValues:')) return true;
  return isNegated && !operator.startsWith('ForAnyValue:');
}

const VARIABLE = /\$\{([^}]*)\}/g;

/** A variable without a value matches nothing. */
function isMatch(
  operator: string,
  value: string,
  actual: string,
  context: RequestByRole['context'],
): boolean {
  const isKnown = [...value.matchAll(VARIABLE)].every(([, key = '']) => key.toLowerCase() in context);
  const pattern = value.replace(VARIABLE, (_, key: string) => context[key.toLowerCase()] ?? '');
  if (!operator.includes('Arn')) return isKnown && isLike(pattern, actual);
  const parts = partsOf(actual);
  return isKnown && partsOf(pattern).every((part, index) => isLike(part, parts[index] ?? ''));
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function isLike(pattern: string, text: string): boolean {
  return matches(compilePattern(pattern, { wildcards: true, variables: false }), text);
}
