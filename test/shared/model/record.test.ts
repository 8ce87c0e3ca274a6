import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { lookup, record } from '../../../shared/model/record.ts';

const numbers = record(z.string(), z.number());
/** What JSON has: an own key, unlike in a literal. */
const parse = (json: string) => numbers.parse(JSON.parse(json));

describe('a record', () => {
  it.each(['__proto__', '___proto__', '____proto__', 'constructor', 'toString', 'hasOwnProperty', ''])(
    'keeps the key %j',
    (key) => {
      const text = JSON.stringify(
        Object.fromEntries([
          [key, 1],
          ['other', 2],
        ]),
      );

      expect(JSON.stringify(parse(text))).toBe(text);
      expect(lookup(parse(text), key)).toBe(1);
    },
  );

  it('has no keys but its own', () => {
    expect(lookup(parse('{}'), 'constructor')).toBeUndefined();
    expect(lookup({} as Record<string, number>, 'constructor')).toBeUndefined();
    expect('constructor' in parse('{}')).toBe(false);
  });

  it('checks the value of every key', () => {
    expect(numbers.safeParse(JSON.parse('{"__proto__": "a"}')).success).toBe(false);
    expect(numbers.safeParse([]).success).toBe(false);
    expect(numbers.safeParse(null).success).toBe(false);
  });

  it('is one in the JSON schema as well', () => {
    const schema = z.toJSONSchema(z.object({ numbers: numbers.describe('Numbers') }), { io: 'input' });

    expect(schema).toMatchObject({
      properties: {
        numbers: { type: 'object', description: 'Numbers', additionalProperties: { type: 'number' } },
      },
    });
  });
});
