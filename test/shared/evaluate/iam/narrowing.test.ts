import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Grantee } from '../../../../shared/evaluate/iam/grantee.ts';
import type { RawStatement } from './builders.ts';
import { ACCOUNT } from './builders.ts';
import {
  aDeny,
  anAllow,
  EXTERNAL_ID,
  EXTERNAL_ORGANIZATION_ID,
  granteesBy,
  MEMBER_ID,
  ORGANIZATION_ID,
  TRUSTED_ID,
} from './grantee-builders.ts';

type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const account = fc.constantFrom(ACCOUNT, MEMBER_ID, TRUSTED_ID, EXTERNAL_ID);
const organization = fc.constantFrom(ORGANIZATION_ID, EXTERNAL_ORGANIZATION_ID);
const value = fc.oneof(
  account.map((id): [string, string] => ['aws:PrincipalAccount', id]),
  account.map((id): [string, string] => ['aws:PrincipalArn', `arn:aws:iam::${id}:role/*`]),
  account.map((id): [string, string] => ['aws:PrincipalArn', `arn:*:iam::${id}:role/*`]),
  account.map((id): [string, string] => ['aws:SourceAccount', id]),
  organization.map((id): [string, string] => ['aws:PrincipalOrgID', id]),
  organization.map((id): [string, string] => ['aws:PrincipalOrgPaths', `${id}/*`]),
);
const positive = fc.constantFrom('StringLike', 'StringLikeIfExists', 'ForAllValues:StringLike');
const negated = fc.constantFrom('StringNotLike', 'StringNotLikeIfExists', 'ForAllValues:StringNotLike');
const caller = (operator: fc.Arbitrary<string>) =>
  fc.tuple(operator, value).map(([name, [key, text]]): Conditions => ({ [name]: { [key]: text } }));

/** What everyone may do under a condition, and a Deny that spares some, or as many of each as there are. */
const statements = fc
  .tuple(fc.option(caller(positive), { nil: {} }), fc.array(caller(negated), { maxLength: 2 }))
  .map(([condition, spared]): [Conditions, RawStatement[]] => [
    condition,
    spared.map((Condition) => aDeny({ Condition })),
  ]);

const ownNetwork = fc.constantFrom<Record<string, string>>(
  { 'aws:SourceVpce': 'vpce-1' },
  { 'aws:SourceVpc': 'vpc-1' },
  { 'aws:VpceAccount': ACCOUNT },
  { 'aws:VpceOrgID': ORGANIZATION_ID },
  { 'aws:SourceVpcArn': `arn:aws:ec2:eu-west-1:${MEMBER_ID}:vpc/vpc-1` },
);

function isOutsider(grantee: Grantee): boolean {
  return 'relation' in grantee && !['own', 'organization'].includes(grantee.relation);
}

/** The outsiders whom a condition of an Allow names: those whom the same condition, not open to others, lets in. */
function namedBy(condition: Conditions): Grantee[] {
  const closed = Object.entries(condition).map(([, keys]) => ['StringLike', keys]);
  return granteesBy(anAllow({ Condition: Object.fromEntries(closed) })).filter(isOutsider);
}

describe('a network', () => {
  it('removes no outsider whom conditions and Deny statements leave', () => {
    fc.assert(
      fc.property(statements, ownNetwork, ([condition, denies], network) => {
        const before = granteesBy(anAllow({ Condition: condition }), ...denies);
        const elsewhere = aDeny({ Condition: { StringNotEqualsIfExists: network } });

        for (const after of [
          granteesBy(anAllow({ Condition: { ...condition, StringEquals: network } }), ...denies),
          granteesBy(anAllow({ Condition: condition }), ...denies, elsewhere),
        ]) {
          expect(after).toEqual(expect.arrayContaining(before.filter(isOutsider)));
        }
      }),
    );
  });

  it('removes no outsider whom the one condition names, even if it is open to others', () => {
    fc.assert(
      fc.property(caller(positive), ownNetwork, (condition, network) => {
        const after = granteesBy(anAllow({ Condition: { ...condition, StringEquals: network } }));

        expect(after).toEqual(expect.arrayContaining(namedBy(condition)));
        expect(after).not.toContainEqual({ kind: 'everyone' });
      }),
    );
  });

  it('adds no outsider', () => {
    fc.assert(
      fc.property(statements, ownNetwork, ([condition, denies], network) => {
        const ours = { StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION_ID } };
        const after = granteesBy(
          anAllow({ Condition: { ...condition, StringEquals: { ...network, ...ours.StringEquals } } }),
          ...denies,
        );

        expect(after.filter(isOutsider)).toEqual([]);
      }),
    );
  });

  it('with an id is whose its owner says it is, whoever is asked first', () => {
    const endpoint = { 'aws:SourceVpce': 'vpce-1' };
    const owner = fc.oneof(
      account.map((id) => ({ 'aws:VpceAccount': id })),
      organization.map((id) => ({ 'aws:VpceOrgID': id })),
      account.map((id) => ({ 'aws:SourceVpcArn': `arn:aws:ec2:eu-west-1:${id}:vpc/vpc-1` })),
    );
    fc.assert(
      fc.property(owner, (named) => {
        const alone = granteesBy(anAllow({ Condition: { StringEquals: named } }));

        expect(granteesBy(anAllow({ Condition: { StringEquals: { ...named, ...endpoint } } }))).toEqual(
          alone,
        );
        expect(granteesBy(anAllow({ Condition: { StringEquals: { ...endpoint, ...named } } }))).toEqual(
          alone,
        );
        expect(
          granteesBy(anAllow({ Condition: { StringEquals: endpoint, StringEqualsIfExists: named } })).filter(
            isOutsider,
          ),
        ).toEqual(alone.filter(isOutsider));
      }),
    );
  });
});
