import type { Labels } from '../../model/kubernetes-facts.ts';
import { labelValue } from './label-selector.ts';

/** Whether labels meet an expression. */
type Condition = (labels: Labels) => boolean;

const TOKEN = /\s*(?:(&&|\|\||==|!=|[!(){},])|"([^"]*)"|'([^']*)'|([A-Za-z0-9_][\w./-]*))/y;
/** Longer than people write: nobody has to parse more. */
const MAX_LENGTH = 4_096;

interface Token {
  readonly kind: 'sign' | 'text' | 'word';
  readonly value: string;
}

/**
 * Compiles an expression of Calico's selector language; undefined for one that is not understood. An empty one selects all.
 * https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors
 */
export function compileCalicoSelector(expression: string): Condition | undefined {
  if (expression.trim() === '') return () => true;
  const tokens = tokensOf(expression);
  if (tokens === undefined) return undefined;
  const parser = new Parser(tokens);
  const condition = parser.anyOf();
  return condition && parser.isAtEnd() ? condition : undefined;
}

function tokensOf(expression: string): Token[] | undefined {
  if (expression.length > MAX_LENGTH) return undefined;
  const text = expression.trimEnd();
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const [, sign, double, single, word] = match;
    if (sign !== undefined) tokens.push({ kind: 'sign', value: sign });
    else if (word !== undefined) tokens.push({ kind: 'word', value: word });
    else tokens.push({ kind: 'text', value: double ?? single ?? '' });
  }
  return tokens;
}

/** Deeper than people write. */
const MAX_DEPTH = 50;

/** Each method reads what it is called for, and returns undefined for what it does not understand. */
class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  isAtEnd(): boolean {
    return this.#position === this.#tokens.length;
  }

  anyOf(): Condition | undefined {
    const all = this.#separated('||', () => this.#allOf());
    return all && ((labels) => all.some((one) => one(labels)));
  }

  #allOf(): Condition | undefined {
    const all = this.#separated('&&', () => this.#operand());
    return all && ((labels) => all.every((one) => one(labels)));
  }

  #separated(sign: string, read: () => Condition | undefined): Condition[] | undefined {
    const all: Condition[] = [];
    do {
      const one = read();
      if (one === undefined) return undefined;
      all.push(one);
    } while (this.#take(sign));
    return all;
  }

  #operand(): Condition | undefined {
    if (this.#depth > MAX_DEPTH) return undefined;
    this.#depth += 1;
    const condition = this.#nested();
    this.#depth -= 1;
    return condition;
  }

  #nested(): Condition | undefined {
    if (this.#take('!')) {
      const operand = this.#operand();
      return operand && ((labels) => !operand(labels));
    }
    if (this.#take('(')) {
      const inner = this.anyOf();
      return this.#take(')') ? inner : undefined;
    }
    const word = this.#next('word');
    if (word === undefined) return undefined;
    if (this.#take('(')) return this.#call(word);
    return this.#comparison(word);
  }

  #call(name: string): Condition | undefined {
    if (name === 'all') return this.#take(')') ? () => true : undefined;
    const key = name === 'has' ? this.#next('word') : undefined;
    if (key === undefined || !this.#take(')')) return undefined;
    return (labels) => labelValue(labels, key) !== undefined;
  }

  #comparison(key: string): Condition | undefined {
    const test = this.#take('==')
      ? this.#textTest((value, text) => value === text)
      : this.#take('!=')
        ? this.#textTest((value, text) => value !== text)
        : this.#wordTest();
    return test && ((labels) => test(labelValue(labels, key)));
  }

  #textTest(test: (value: string | undefined, text: string) => boolean) {
    const text = this.#next('text');
    return text === undefined ? undefined : (value: string | undefined) => test(value, text);
  }

  #wordTest(): ((value: string | undefined) => boolean) | undefined {
    const word = this.#next('word');
    switch (word) {
      case 'in':
        return this.#setTest((value, set) => value !== undefined && set.includes(value));
      case 'not':
        return this.#next('word') === 'in'
          ? this.#setTest((value, set) => value === undefined || !set.includes(value))
          : undefined;
      case 'contains':
        return this.#textTest((value, text) => value?.includes(text) ?? false);
      case 'starts':
        return this.#next('word') === 'with'
          ? this.#textTest((value, text) => value?.startsWith(text) ?? false)
          : undefined;
      case 'ends':
        return this.#next('word') === 'with'
          ? this.#textTest((value, text) => value?.endsWith(text) ?? false)
          : undefined;
      default:
        return undefined;
    }
  }

  #setTest(test: (value: string | undefined, set: readonly string[]) => boolean) {
    if (!this.#take('{')) return undefined;
    const set: string[] = [];
    do {
      const text = this.#next('text');
      if (text === undefined) break;
      set.push(text);
    } while (this.#take(','));
    return this.#take('}') ? (value: string | undefined) => test(value, set) : undefined;
  }

  #take(sign: string): boolean {
    const token = this.#tokens[this.#position];
    if (token?.kind !== 'sign' || token.value !== sign) return false;
    this.#position += 1;
    return true;
  }

  #next(kind: Token['kind']): string | undefined {
    const token = this.#tokens[this.#position];
    if (token?.kind !== kind) return undefined;
    this.#position += 1;
    return token.value;
  }
}
