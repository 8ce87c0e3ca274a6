import { safeText } from './safe-text.ts';

/** HTML that is safe to write out: made by `markup` only, which escapes everything else. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Content = Markup | string | number | false | undefined | readonly Content[];

/**
 * A template of HTML. What is put into it is made safe, for text and for quoted attributes alike, unless it is Markup
 * itself; lists are joined, `false` and `undefined` are left out.
 */
export function markup(template: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(String.raw({ raw: template }, ...contents.map(render)));
}

function render(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.toString();
  if (typeof content === 'string' || typeof content === 'number') return safeText(String(content), 'html');
  return content.map(render).join('');
}
