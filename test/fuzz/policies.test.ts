import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dedicatedServiceAccountsRoles } from '../../shared/evaluate/controls/dedicated-service-accounts-roles.ts';
import { ecrAccessRepositories } from '../../shared/evaluate/controls/ecr-access-repositories.ts';
import { ecrAccessWriters } from '../../shared/evaluate/controls/ecr-access-writers.ts';
import { ecrPullOnly } from '../../shared/evaluate/controls/ecr-pull-only.ts';
import { Budget, TooComplexError } from '../../shared/evaluate/patterns/budget.ts';
import { compileWildcards, matches } from '../../shared/evaluate/patterns/pattern.ts';
import { isEmpty } from '../../shared/evaluate/patterns/string-set.ts';
import { present } from '../../shared/model/evidence.ts';
import { STATUSES } from '../../shared/model/verdict.ts';
import { aDocument, allow, aRegistryWith, aRole, iamOf, PUSH, verdictsOf } from '../builders-iam.ts';
import { hostileJson, hostileKey, hostileText, recordOf } from './hostile.ts';

const action = fc.oneof(
  fc.constantFrom('*', 'ecr:*', 'ecr:Put*', 'ecr:*a?b*', 'ecr:?*?*?*e', 'sts:AssumeRoleWithWebIdentity'),
  fc.string({ unit: fc.constantFrom('*', '?', 'a', 'e', 'P'), maxLength: 40 }).map((text) => `ecr:${text}`),
  hostileText,
);
const resource = fc.oneof(
  fc.constantFrom('*', 'arn:aws:ecr:*:*:repository/*', 'arn:aws:ecr', 'arn:*:ecr:*:111122223333:*'),
  fc
    .string({ unit: fc.constantFrom('*', '?', 'a', '/', '-'), maxLength: 60 })
    .map((text) => `arn:aws:ecr:*:*:repository/${text}`),
  hostileText,
);
const list = <T>(item: fc.Arbitrary<T>, maxLength: number) => fc.oneof(item, fc.array(item, { maxLength }));
const conditions = recordOf(recordOf(list(fc.oneof(hostileText, fc.boolean(), fc.double()), 4)));
const condition = fc.oneof(
  conditions,
  fc
    .tuple(
      fc.constantFrom('StringEquals', 'ForAllValues:StringLikeIfExists', 'Null', 'NotIpAddress'),
      hostileKey,
    )
    .map(([operator, key]) => ({ [operator]: Object.fromEntries([[key, 'x']]) })),
);
const principal = fc.oneof(
  fc.constant('*'),
  hostileJson,
  fc.record({ AWS: list(fc.oneof(hostileText, fc.constantFrom('*', '111122223333')), 50) }),
);
const statement = fc.record(
  {
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: list(action, 200),
    NotAction: list(action, 200),
    Resource: list(resource, 100),
    NotResource: list(resource, 100),
    Principal: principal,
    Condition: condition,
  },
  { requiredKeys: ['Effect'] },
);
const document = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(statement, { maxLength: 6 }).map((statements) => aDocument(...statements)),
  },
  { weight: 1, arbitrary: hostileJson.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: hostileText },
);

const pusher = aRole({
  name: 'pusher',
  inlinePolicies: [{ name: 'push', document: aDocument(allow(PUSH)) }],
});

it('any policy leads to a verdict on its role, and to the same on its neighbour', () => {
  fc.assert(
    fc.property(
      fc.array(document, { maxLength: 5 }),
      document,
      document,
      (documents, boundary, trustPolicy) => {
        const limit = { arn: 'arn:aws:iam::111122223333:policy/limit', document: boundary };
        const hostile = aRole({
          name: 'hostile',
          trustPolicy,
          inlinePolicies: documents.map((text, index) => ({ name: `policy-${index}`, document: text })),
          permissionsBoundary: limit.arn,
        });
        const nodegroups = present(
          [hostile, pusher].map(({ arn, name }) => ({
            name,
            detail: present({ nodegroupName: name, status: 'ACTIVE', nodeRole: arn }),
          })),
        );
        const account = { iam: iamOf({ roles: [hostile, pusher], managedPolicies: [limit] }) };
        const ofNodes = verdictsOf(ecrPullOnly, { cluster: { nodegroups }, account });
        const others = [ecrAccessWriters, dedicatedServiceAccountsRoles].flatMap((control) =>
          verdictsOf(control, { account }),
        );

        expect(ofNodes.map(({ resource: { name } }) => name)).toEqual(['hostile', 'pusher']);
        expect(ofNodes[1]).toMatchObject({ status: 'FAILED', reasonCode: 'CAN_WRITE' });
        for (const { status } of [...ofNodes, ...others]) expect(STATUSES).toContain(status);
      },
    ),
  );
});

it('any policy of a repository leads to a verdict', () => {
  fc.assert(
    fc.property(document, (text) => {
      const verdicts = verdictsOf(ecrAccessRepositories, { region: aRegistryWith(present(text)) });

      expect(verdicts).toHaveLength(2);
      for (const { status } of verdicts) expect(STATUSES).toContain(status);
    }),
  );
});

const pattern = fc
  .string({ unit: fc.constantFrom('a', 'b', '*', '?', 'é'), maxLength: 30 })
  .map(compileWildcards);
const group = fc.array(pattern, { minLength: 1, maxLength: 30 });

it('any patterns are compared within their budget, and what is found empty has no text', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é'), maxLength: 30 });
  fc.assert(
    fc.property(
      fc.array(group, { maxLength: 3 }),
      fc.oneof(group, fc.constant([])),
      text,
      (included, excluded, one) => {
        const budget = new Budget(20_000);
        try {
          if (!isEmpty({ included, excluded }, budget)) return;
        } catch (error) {
          expect(error).toBeInstanceOf(TooComplexError);
          return;
        }
        const isIn =
          included.every((patterns) => patterns.some((item) => matches(item, one))) &&
          !excluded.some((item) => matches(item, one));
        expect(isIn).toBe(false);
      },
    ),
  );
});
