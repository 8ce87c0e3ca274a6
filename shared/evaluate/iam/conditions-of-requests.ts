import { compilePattern, type Pattern } from '../patterns/pattern.ts';
import { isInEveryRequest } from './condition-outcome.ts';
import { type Condition, syntaxOf } from './conditions.ts';
import type { ZoneOfTrust } from './grantee.ts';
import type { Statement } from './statement.ts';

/**
 * A statement as it is for requests for a resource, which are all for the same account: where they all have a key,
 * `IfExists` and the set operators make no difference, and policy variables that have one value for all are that value.
 */
export function forRequests(statement: Statement, zone: ZoneOfTrust): Statement {
  return { ...statement, conditions: statement.conditions.map((condition) => resolve(condition, zone)) };
}

function resolve(condition: Condition, zone: ZoneOfTrust): Condition {
  const { key, operator } = condition;
  const values = condition.values.map((value) => withVariables(value, operator, zone));
  return isInEveryRequest(key, zone)
    ? { ...condition, values, ifExists: false, quantifier: undefined }
    : { ...condition, values };
}

/** With a default, `${aws:ResourceAccount, 'none'}`, or without. */
const ACCOUNT = /\$\{aws:ResourceAccount(?:,[^}]*)?\}/gi;
const ORGANIZATION = /\$\{aws:ResourceOrgID(?:,[^}]*)?\}/gi;

function withVariables(value: Pattern, operator: string, { accountId, organization }: ZoneOfTrust): Pattern {
  if (!value.hasVariable) return value;
  const { id } = organization;
  const ofAccount = value.text.replace(ACCOUNT, accountId);
  const text = id.state === 'present' ? ofAccount.replace(ORGANIZATION, id.value) : ofAccount;
  return compilePattern(text, { ...syntaxOf(operator), variables: true });
}
