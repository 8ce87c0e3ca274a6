import { describe, expect, it } from 'vitest';
import { parseIdentityPolicy, parseResourcePolicy } from '../../../../shared/evaluate/iam/parse-policy.ts';
import { aDocument, allow, deny } from './builders.ts';

function problemOf(text: string, parse = parseIdentityPolicy): string | undefined {
  const parsed = parse(text);
  return parsed.ok ? undefined : parsed.problem;
}

const PUT = allow('ecr:PutImage');

describe('an identity policy is invalid when', () => {
  it.each<[string, string, string]>([
    ['it is empty', '', 'not a JSON document'],
    ['it is not JSON', 'nothing', 'not a JSON document'],
    ['it is cut off', '{"Statement": [', 'not a JSON document'],
    ['its encoding is broken', '%7B%ZZ', 'neither JSON nor URL-encoded'],
    ['it is encoded twice', encodeURIComponent(encodeURIComponent('{}')), 'not a JSON document'],
    ['it is null', 'null', ''],
    ['it is a list', '[]', ''],
    ['it has no Statement', '{"Version": "2012-10-17"}', 'Statement'],
    ['it has an unknown version', JSON.stringify({ Version: '2020-01-01', Statement: [PUT] }), 'Version'],
    ['it has an unknown element', JSON.stringify({ Statement: [PUT], Statements: [] }), 'Statements'],
    ['a statement is text', JSON.stringify({ Statement: ['Allow'] }), 'Statement.0'],
    ['a statement has no Effect', aDocument({ Action: '*', Resource: '*' }), 'Statement.0.Effect'],
    ['a statement has another Effect', aDocument({ ...PUT, Effect: 'allow' }), 'Statement.0.Effect'],
    [
      'a statement has no Action',
      aDocument({ Effect: 'Allow', Resource: '*' }),
      'Statement.0: Action is missing',
    ],
    [
      'a statement has Action and NotAction',
      aDocument({ ...PUT, NotAction: 'a:b' }),
      'both Action and NotAction',
    ],
    [
      'a statement has no Resource',
      aDocument({ Effect: 'Allow', Action: '*' }),
      'Statement.0: Resource is missing',
    ],
    ['a statement has Resource and NotResource', aDocument({ ...PUT, NotResource: '*' }), 'both Resource'],
    ['a statement has a Principal', aDocument({ ...PUT, Principal: '*' }), 'Principal is not allowed'],
    ['a statement has a NotPrincipal', aDocument({ ...PUT, NotPrincipal: '*' }), 'Principal is not allowed'],
    ['a statement has an unknown element', aDocument({ ...PUT, Actions: 'x' }), 'Actions'],
    [
      'an action has no service',
      aDocument(PUT, allow('PutImage')),
      'Statement.1: "PutImage" is not an action',
    ],
    ['a list is empty', aDocument(allow([])), 'Statement.0.Action'],
    ['an action is a number', aDocument({ ...PUT, Action: 7 }), 'Statement.0.Action'],
    ['a condition is text', aDocument({ ...PUT, Condition: 'mfa' }), 'Statement.0.Condition'],
    [
      'a condition’s value is null',
      aDocument({ ...PUT, Condition: { Bool: { a: null } } }),
      'Statement.0.Condition.Bool.a',
    ],
  ])('%s', (_, text, problem) => {
    expect(problemOf(text)).toContain(problem);
    expect(parseIdentityPolicy(text).ok).toBe(false);
  });
});

describe('the text of a policy', () => {
  const document = aDocument({ ...PUT, Sid: '100%ZZ' });

  it.each([
    ['plain', document],
    ['plain, after blank lines', `\n  ${document}`],
    ['plain, before blank lines', `${document}\n`],
    ['URL-encoded', encodeURIComponent(document)],
  ])('is read when it is %s, whatever percent signs it has', (_, text) => {
    expect(problemOf(text)).toBeUndefined();
  });

  it('may leave out what is optional, but not the statements', () => {
    expect(problemOf(JSON.stringify({ Statement: PUT }))).toBeUndefined();
    expect(problemOf('{}')).toMatch(/^Statement: /);
  });
});

describe('a resource policy', () => {
  it.each<[string, unknown, string]>([
    ['has no principals', {}, 'Principal is empty'],
    ['names an invalid principal', { AWS: 'somebody' }, '"somebody" is not a principal'],
    ['names a principal of an unknown kind', { Aws: '*' }, 'Statement.0.Principal'],
    ['has a text other than * for everyone', 'everyone', 'Statement.0.Principal'],
  ])('is invalid when it %s', (_, Principal, problem) => {
    expect(problemOf(aDocument({ ...PUT, Principal }), parseResourcePolicy)).toContain(problem);
  });

  it('is invalid without a principal', () => {
    expect(problemOf(aDocument(PUT), parseResourcePolicy)).toContain('Principal is missing');
  });

  it('needs no Resource, and then applies to what it is attached to', () => {
    const parsed = parseResourcePolicy(aDocument({ Effect: 'Allow', Action: 'ecr:*', Principal: '*' }));
    expect(parsed.ok && parsed.policy.statements[0]?.resources.patterns.map(({ text }) => text)).toEqual([
      '*',
    ]);
  });
});

describe('a statement', () => {
  it('keeps its place and effect', () => {
    const parsed = parseIdentityPolicy(aDocument(PUT, { ...deny('*'), Sid: 'No' }));
    expect(parsed.ok && parsed.policy.statements.map(({ effect }) => effect)).toEqual(['Allow', 'Deny']);
  });

  it('has conditions by operator and key, whose values may be written without quotes', () => {
    const Condition = {
      'ForAnyValue:StringLikeIfExists': { 'aws:PrincipalOrgPaths': ['o-a/*', 'o-b/*'] },
      Bool: { 'aws:SecureTransport': true },
      NumericLessThan: { 'aws:MultiFactorAuthAge': 3600 },
    };
    const parsed = parseIdentityPolicy(aDocument({ ...PUT, Condition }));
    const conditions = parsed.ok ? (parsed.policy.statements[0]?.conditions ?? []) : [];
    expect(
      conditions.map(({ values, ...rest }) => ({ ...rest, values: values.map(({ text }) => text) })),
    ).toEqual([
      {
        operator: 'stringlike',
        quantifier: 'any',
        ifExists: true,
        key: 'aws:principalorgpaths',
        values: ['o-a/*', 'o-b/*'],
      },
      {
        operator: 'bool',
        quantifier: undefined,
        ifExists: false,
        key: 'aws:securetransport',
        values: ['true'],
      },
      {
        operator: 'numericlessthan',
        quantifier: undefined,
        ifExists: false,
        key: 'aws:multifactorauthage',
        values: ['3600'],
      },
    ]);
  });

  it('is never quoted in a problem with the JSON', () => {
    expect(problemOf('{"Statement": [{"Sid": "secret"')).not.toContain('secret');
  });
});
