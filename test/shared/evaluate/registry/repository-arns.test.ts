import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Budget } from '../../../../shared/evaluate/patterns/budget.ts';
import { isInLanguage } from '../../../../shared/evaluate/patterns/language.ts';
import { compileWildcards, matches } from '../../../../shared/evaluate/patterns/pattern.ts';
import { isEmpty } from '../../../../shared/evaluate/patterns/string-set.ts';
import { REPOSITORY_ARNS } from '../../../../shared/evaluate/registry/repository-arns.ts';
import { REPOSITORY } from '../iam/builders.ts';

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const isName = (text: string) => NAME.test(text) && text.length >= 2 && text.length <= 256;

/** All names of up to 6 characters: patterns never name `z`, which stands for all the characters they do not. */
const NAMES = (() => {
  const texts = [''];
  for (const text of texts) if (text.length < 6) texts.push(...['a', 'z', '.', '/'].map((c) => text + c));
  return texts.filter(isName);
})();

const pattern = fc.string({ unit: fc.constantFrom('a', '.', '/', 'A', '*', '?'), maxLength: 3 });
const possible = (...patterns: string[]) =>
  !isEmpty(
    { included: patterns.map((text) => [compileWildcards(text)]), excluded: [] },
    new Budget(),
    REPOSITORY_ARNS,
  );

describe('the ARNs of repositories', () => {
  it('have the names that ECR takes', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', '0', '.', '-', '_', '/', 'A', ' '), maxLength: 8 }),
      fc.integer({ min: 250, max: 260 }).map((length) => 'x'.repeat(length)),
    );
    fc.assert(
      fc.property(text, (name) => {
        expect(isInLanguage(REPOSITORY_ARNS, `${REPOSITORY}/${name}`)).toBe(isName(name));
      }),
      { numRuns: 1000 },
    );
  });

  it('match a pattern exactly if trying every short name finds one that does', () => {
    fc.assert(
      fc.property(pattern, fc.array(pattern, { maxLength: 2 }), (included, excluded) => {
        const set = {
          included: [[compileWildcards(`${REPOSITORY}/${included}`)]],
          excluded: excluded.map((text) => compileWildcards(`${REPOSITORY}/${text}`)),
        };
        const found = NAMES.some(
          (name) =>
            matches(compileWildcards(included), name) &&
            !excluded.some((text) => matches(compileWildcards(text), name)),
        );
        expect(isEmpty(set, new Budget(), REPOSITORY_ARNS)).toBe(!found);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    '*',
    'arn:*',
    'arn:aws:ecr:*',
    'arn:aws:ecr:*:*:repository/*',
    'arn:aws-cn:ecr:cn-north-1:111122223333:repository/*',
    `${REPOSITORY}/shop`,
    `${REPOSITORY}/shop/api-?`,
    `${REPOSITORY}/??`,
    `${REPOSITORY}/*.*`,
    `${REPOSITORY}/${'?'.repeat(256)}`,
    '*repository*shop*',
    '*/*/*/*',
  ])('may match %s', (text) => {
    expect(possible(text)).toBe(true);
  });

  it.each([
    'arn:aws:ecr-public::111122223333:repository/*',
    'arn:aws:ecr:eu-west-1:111122223333:registry/*',
    'arn:aws:ecr:eu-west-1:111122223333:*:*',
    'arn:aws:ecr:eu-west-1::repository/*',
    'arn:aws:ecr::111122223333:repository/*',
    'arn:aws:ecr:eu-west-1:11112222333:repository/*',
    'arn:aws:ecr:eu-west-1:111122223333:repository',
    'arn:aws:ecr:EU-WEST-1:111122223333:repository/*',
    'arn:aws:s3:::*',
    `${REPOSITORY}/`,
    `${REPOSITORY}/?`,
    `${REPOSITORY}/Shop`,
    `${REPOSITORY}/*Shop*`,
    `${REPOSITORY}/shop/`,
    `${REPOSITORY}/*..*`,
    `${REPOSITORY}/-*`,
    `${REPOSITORY}//*`,
    `${REPOSITORY}/sh op`,
    `${REPOSITORY}/${'?'.repeat(257)}`,
    `${REPOSITORY}/${'?'.repeat(257)}*`,
    `${REPOSITORY}/${'ab/'.repeat(86)}*`,
  ])('never match %s', (text) => {
    expect(possible(text)).toBe(false);
  });
});
