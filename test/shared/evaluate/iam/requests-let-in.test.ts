import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ACCOUNT, variable } from './builders.ts';
import {
  EXTERNAL_ID,
  EXTERNAL_ORGANIZATION_ID,
  granteesBy,
  MEMBER_ID,
  ORGANIZATION_ID,
} from './grantee-builders.ts';
import { type Conditions, isAllowed, LONE_ID, type PlainStatement, REQUESTS } from './requests.ts';

const account = fc.constantFrom(ACCOUNT, MEMBER_ID, EXTERNAL_ID, LONE_ID);
const organization = fc.constantFrom(ORGANIZATION_ID, EXTERNAL_ORGANIZATION_ID);
const quantifier = fc.constantFrom('', '', 'ForAllValues:', 'ForAnyValue:');
const comparison = fc.constantFrom('StringLike', 'StringNotLike');
const ofArns = fc.constantFrom('StringLike', 'StringNotLike', 'ArnLike', 'ArnNotLike');
const ifExists = fc.constantFrom('', 'IfExists');

function on(
  key: string,
  values: fc.Arbitrary<string>,
  operator: fc.Arbitrary<string> = comparison,
): fc.Arbitrary<Conditions> {
  return fc
    .tuple(quantifier, operator, ifExists, values)
    .map(([before, name, after, value]) => ({ [`${before}${name}${after}`]: { [key]: value } }));
}

const condition = fc.oneof(
  on('aws:PrincipalAccount', fc.oneof(account, fc.constant(variable('aws:ResourceAccount')))),
  on(
    'aws:PrincipalArn',
    fc
      .tuple(fc.constantFrom('aws', '*'), fc.oneof(account, fc.constant(variable('aws:ResourceAccount'))))
      .map(([partition, id]) => `arn:${partition}:iam::${id}:role/*`),
    ofArns,
  ),
  on('aws:PrincipalOrgID', fc.oneof(organization, fc.constant(variable('aws:ResourceOrgID')))),
  on(
    'aws:PrincipalOrgPaths',
    organization.map((id) => `${id}/*`),
  ),
  on('aws:ResourceAccount', fc.oneof(account, fc.constant(variable('aws:PrincipalAccount')))),
  on('aws:ResourceOrgID', fc.oneof(organization, fc.constant(variable('aws:PrincipalOrgID')))),
  on(
    'aws:ResourceOrgPaths',
    organization.map((id) => `${id}/*`),
  ),
  fc
    .tuple(fc.constantFrom('aws:PrincipalOrgID', 'aws:PrincipalArn'), fc.constantFrom('true', 'false'))
    .map(([key, value]): Conditions => ({ Null: { [key]: value } })),
);
const conditions = fc.array(condition, { maxLength: 2 }).map((all): Conditions => Object.assign({}, ...all));
const principal = fc.oneof(
  fc.constant('*' as const),
  account.map((AWS) => ({ AWS })),
);
const statement = (Effect: PlainStatement['Effect']) =>
  fc.record({ Effect: fc.constant(Effect), Principal: principal, Condition: conditions });
const policy = fc
  .tuple(statement('Allow'), fc.array(statement('Deny'), { maxLength: 2 }))
  .map(([allow, denies]) => [allow, ...denies]);

function outsidersLetInBy(statements: readonly PlainStatement[]) {
  return REQUESTS.filter((request) => request.isOutsider && isAllowed(statements, request));
}

it('an outsider’s request that a policy allows is one of everyone or of an outsider whom it lets in', () => {
  fc.assert(
    fc.property(policy, (statements) => {
      const outsiders = outsidersLetInBy(statements);
      const grantees = granteesBy(...statements.map((one) => ({ ...one, Action: 'ecr:PutImage' })));
      const letsIn = grantees.some(
        (grantee) =>
          grantee.kind === 'everyone' || ('relation' in grantee && grantee.relation === 'external'),
      );

      if (outsiders.length > 0) expect(letsIn).toBe(true);
    }),
    { numRuns: 500 },
  );
});

it('one condition alone is judged as the requests are that it allows', () => {
  const plain = fc.oneof(
    on('aws:PrincipalAccount', account, fc.constant('StringLike')),
    on('aws:PrincipalOrgID', organization, fc.constant('StringLike')),
    on('aws:ResourceOrgID', organization),
    on('aws:ResourceAccount', fc.oneof(account, fc.constant(variable('aws:PrincipalAccount')))),
  );
  fc.assert(
    fc.property(plain, (Condition) => {
      const statements: PlainStatement[] = [{ Effect: 'Allow', Principal: '*', Condition }];
      const outsiders = outsidersLetInBy(statements);
      const grantees = granteesBy(...statements.map((one) => ({ ...one, Action: 'ecr:PutImage' })));
      const isConfined = grantees.every(
        (grantee) => 'relation' in grantee && ['own', 'organization'].includes(grantee.relation),
      );

      expect(isConfined).toBe(outsiders.length === 0);
    }),
    { numRuns: 300 },
  );
});
