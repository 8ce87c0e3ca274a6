import { describe, expect, it } from 'vitest';
import { parseYaml, YamlLimitError } from '../../../shared/model/yaml.ts';

const parse = (text: string) => parseYaml(text, 10_000);

describe('YAML of others', () => {
  it('may be JSON, use aliases and have any keys', () => {
    expect(parse('{"a": [1, true]}')).toEqual({ a: [1, true] });
    expect(parse('a: &x {b: 1}\nc: [*x, *x]')).toEqual({ a: { b: 1 }, c: [{ b: 1 }, { b: 1 }] });
    expect(Object.entries(parse('__proto__: {a: 1}\nconstructor: 2') as object)).toEqual([
      ['__proto__', { a: 1 }],
      ['constructor', 2],
    ]);
  });

  it.each(['[', '{a: ', '- ', '? ', '[{a: ['])(
    'is refused when “%s” is nested deeply, before it is parsed',
    (open) => {
      expect(() => parse(open.repeat(1_000))).toThrow(YamlLimitError);
      expect(() => parse(open.repeat(1_000))).toThrow(/100 lists and mappings/);
    },
  );

  it('is refused when it is too long, or its aliases repeat too much', () => {
    const level = (name: string, of: string) =>
      `${name}: &${name} [${Array.from({ length: 9 }, () => of).join()}]`;
    const laughs = ['a: &a [x]', level('b', '*a'), level('c', '*b'), level('d', '*c'), level('e', '*d')];

    expect(() => parse('a'.repeat(10_001))).toThrow(/10,000 characters/);
    expect(() => parse(laughs.join('\n'))).toThrow(YamlLimitError);
  });

  it.each(['&x [*x]', 'a: &x {b: {c: *x}}'])('is an error when it contains itself: %s', (text) => {
    expect(() => parse(text)).toThrow('an alias stands for what it is part of');
  });

  it('is an error when an alias stands for nothing', () => {
    expect(() => parse('a: *x')).not.toThrow(YamlLimitError);
    expect(() => parse('a: *x')).toThrow(/Unresolved alias/);
  });
});
