/** An element of a document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Between its children. */
  readonly text: string;
}

const NAME = '[A-Za-z_][\\w.:-]*';
const TOKEN = new RegExp(
  `<!--[\\s\\S]*?-->|<\\?[\\s\\S]*?\\?>|<(/?)(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>|([^<]+)`,
  'y',
);
/** https://www.w3.org/TR/xml/#charsets */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
}

/** Reads a document without DTD, CDATA and namespaces; throws where it is not well-formed. */
export function parseXml(document: string): XmlElement {
  if (FORBIDDEN.test(document)) throw new Error('a character that XML does not allow');
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < document.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(document);
    if (match === null) throw new Error(`no XML: ${JSON.stringify(document.slice(at, at + 60))}`);
    take(match, open);
  }
  const [element] = root.children;
  if (open.length !== 1 || root.children.length !== 1 || element === undefined || root.text.trim() !== '')
    throw new Error('a document is one element');
  return element;
}

function take([, closing, name, attributes = '', empty, text]: RegExpExecArray, open: Open[]): void {
  const current = open.at(-1);
  if (current === undefined) throw new Error('too many ends');
  if (text !== undefined) current.text += decode(text);
  if (name === undefined) return;
  if (closing) {
    if (current.name !== name) throw new Error(`</${name}> ends <${current.name}>`);
    open.pop();
    return;
  }
  const element: Open = { name, attributes: attributesOf(attributes), children: [], text: '' };
  current.children.push(element);
  if (!empty) open.push(element);
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g'))].map(
    ([, name = '', double, single = '']) => [name, decode(double ?? single)] as const,
  );
  if (new Set(pairs.map(([name]) => name)).size < pairs.length)
    throw new Error(`an attribute twice: ${text}`);
  return Object.fromEntries(pairs);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replaceAll(/&([^;&]*;)?/g, (entity) => {
    const name = entity.slice(1, -1);
    const [, code] = /^#(\d+)$/.exec(name) ?? [];
    const character = code === undefined ? ENTITIES[name] : String.fromCodePoint(Number(code));
    if (character === undefined) throw new Error(`unknown entity ${entity}`);
    return character;
  });
}
