import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveActions } from '../../../../shared/evaluate/iam/effective-actions.ts';
import type { Identity } from '../../../../shared/evaluate/iam/identity.ts';
import { readStatements } from '../../../../shared/evaluate/iam/identity.ts';
import { Budget } from '../../../../shared/evaluate/patterns/budget.ts';
import { ECR_ACTIONS } from '../../../../shared/evaluate/registry/ecr-actions.ts';
import { effectiveEcrActions } from '../../../../shared/evaluate/registry/effective-ecr-actions.ts';
import type { RawStatement } from './builders.ts';
import { aDocument, allow, aPolicy, aRole, deny, REPOSITORY } from './builders.ts';

const action = fc.constantFrom(
  '*',
  'ecr:*',
  'ecr:Put*',
  'ecr:*Image',
  'ecr:PutImage',
  'ecr:BatchGetImage',
  's3:*',
);
const resource = fc.constantFrom(
  '*',
  `${REPOSITORY}/*`,
  `${REPOSITORY}/a`,
  `${REPOSITORY}/b`,
  'arn:aws:s3:::x',
);
const condition = fc.constantFrom({}, { Bool: { 'aws:SecureTransport': 'true' } });
const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    actions: fc.array(action, { minLength: 1, maxLength: 2 }),
    resources: fc.array(resource, { minLength: 1, maxLength: 2 }),
    notAction: fc.boolean(),
    notResource: fc.boolean(),
    Condition: condition,
  })
  .map(
    ({ Effect, actions, resources, notAction, notResource, Condition }): RawStatement => ({
      Effect,
      [notAction ? 'NotAction' : 'Action']: actions,
      [notResource ? 'NotResource' : 'Resource']: resources,
      Condition,
    }),
  );
const statements = fc.array(statement, { maxLength: 4 });

function roleWith(document: string, boundary?: string): Identity {
  return aRole([aPolicy('policy', document)], boundary);
}

function allowedTo(identity: Identity): string[] {
  return effectiveEcrActions(identity, new Budget()).allowed.map((allowed) => allowed.action);
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  return Array.isArray(value) ? value.map((item) => mapStrings(item, change)) : value;
}

describe('with any policies', () => {
  it('a Deny never adds an action', () => {
    fc.assert(
      fc.property(statements, statement, (own, added) => {
        const before = allowedTo(roleWith(aDocument(...own)));
        const after = allowedTo(roleWith(aDocument(...own, { ...added, Effect: 'Deny' })));
        expect(before).toEqual(expect.arrayContaining(after));
      }),
    );
  });

  it('an Allow never removes an action', () => {
    fc.assert(
      fc.property(statements, statement, (own, added) => {
        const before = allowedTo(roleWith(aDocument(...own)));
        const after = allowedTo(roleWith(aDocument(...own, { ...added, Effect: 'Allow' })));
        expect(after).toEqual(expect.arrayContaining(before));
      }),
    );
  });

  it('a boundary never adds an action, and a boundary of everything removes none', () => {
    fc.assert(
      fc.property(statements, statements, (own, boundary) => {
        const without = allowedTo(roleWith(aDocument(...own)));
        expect(without).toEqual(
          expect.arrayContaining(allowedTo(roleWith(aDocument(...own), aDocument(...boundary)))),
        );
        expect(allowedTo(roleWith(aDocument(...own), aDocument(allow('*'))))).toEqual(without);
      }),
    );
  });

  it('a Deny in the boundary is a Deny in the policy', () => {
    fc.assert(
      fc.property(statements, statement, (own, raw) => {
        const denial = { ...raw, Effect: 'Deny' };
        expect(allowedTo(roleWith(aDocument(...own), aDocument(allow('*'), denial)))).toEqual(
          allowedTo(roleWith(aDocument(...own, denial))),
        );
      }),
    );
  });

  it('the order of statements does not matter', () => {
    fc.assert(
      fc.property(statements, (own) => {
        expect(allowedTo(roleWith(aDocument(...own.toReversed())))).toEqual(
          allowedTo(roleWith(aDocument(...own))),
        );
      }),
    );
  });

  it('how they are spread over policies does not matter', () => {
    fc.assert(
      fc.property(statements, (own) => {
        const spread = aRole(own.map((raw, index) => aPolicy(`p${index}`, aDocument(raw))));
        expect(allowedTo(spread)).toEqual(allowedTo(roleWith(aDocument(...own))));
      }),
    );
  });

  it('a single value and a list of it are the same', () => {
    fc.assert(
      fc.property(statement, action, resource, (raw, Action, Resource) => {
        const { NotAction: _, NotResource: __, ...rest } = raw;
        const single = JSON.stringify({ Version: '2012-10-17', Statement: { ...rest, Action, Resource } });
        const listed = aDocument({ ...rest, Action: [Action], Resource: [Resource] });
        expect(effectiveEcrActions(roleWith(single), new Budget())).toEqual(
          effectiveEcrActions(roleWith(listed), new Budget()),
        );
      }),
    );
  });

  it('URL-encoding does not matter', () => {
    fc.assert(
      fc.property(statements, (own) => {
        const plain = aDocument(...own);
        expect(effectiveEcrActions(roleWith(encodeURIComponent(plain)), new Budget())).toEqual(
          effectiveEcrActions(roleWith(plain), new Budget()),
        );
      }),
    );
  });

  it('the case of actions does not matter', () => {
    fc.assert(
      fc.property(statements, fc.boolean(), (own, upper) => {
        const changeCase = (text: string) => (upper ? text.toUpperCase() : text.toLowerCase());
        const changed = own.map((raw) =>
          Object.fromEntries(
            Object.entries(raw).map(([key, value]) => [
              key,
              key.endsWith('Action') ? mapStrings(value, changeCase) : value,
            ]),
          ),
        );
        expect(allowedTo(roleWith(aDocument(...changed)))).toEqual(allowedTo(roleWith(aDocument(...own))));
      }),
    );
  });

  it('an allowed action names the policy that grants it', () => {
    fc.assert(
      fc.property(statements, (own) => {
        for (const { grantedBy } of effectiveEcrActions(roleWith(aDocument(...own)), new Budget()).allowed) {
          expect(grantedBy).toEqual(['policy']);
        }
      }),
    );
  });
});

describe('a role that may describe everything in EC2 but VPCs', () => {
  const identity = aRole([aPolicy('one', aDocument(allow('ec2:Describe*'), deny('ec2:DescribeVpcs')))]);

  it.each<[string, boolean]>([
    ['ec2:DescribeInstances', true],
    ['ec2:describeinstances', true],
    ['ec2:DescribeVpcs', false],
    ['ec2:RunInstances', false],
    ['ec2:*', true],
    ['ec2:DescribeVpc?', true],
    ['iam:*', false],
  ])('%s: %s', (name, expected) => {
    expect(effectiveActions(readStatements(identity), [{ name }], new Budget()).allowed.length > 0).toBe(
      expected,
    );
  });
});

it('a thousand administrators are evaluated in little time', () => {
  const administrator = roleWith(aDocument(allow('*')));
  for (let i = 0; i < 1000; i++) expect(allowedTo(administrator).length).toBe(ECR_ACTIONS.length);
});
