import XmlBuilder from 'fast-xml-builder';
import { isFields } from '../plain.ts';

/** How a protocol names the elements of structures and lists. */
export interface XmlStyle {
  /** The element of a structure's member; `parent` is the member that holds the structure. */
  readonly memberElement: (member: string, parent: string) => string;
  /** The element of an item in the list `member`; `undefined` for a flat list, which repeats the list's element. */
  readonly itemElement: (member: string, items: readonly unknown[]) => string | undefined;
}

/** The content of an element: text, other elements, or the content of each of several elements of that name. */
type XmlContent = string | readonly XmlContent[] | XmlElements;

/** Elements by name. */
export interface XmlElements {
  readonly [name: string]: XmlContent;
}

/** Members are called as in the API, items of lists `member`. */
export const queryStyle: XmlStyle = { memberElement: (member) => member, itemElement: () => 'member' };

const builder = new XmlBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });

/** An XML document; `namespace` is that of its root element. */
export function xmlDocument(root: string, elements: XmlElements, namespace?: string): string {
  const attributes = namespace === undefined ? {} : { '@xmlns': namespace };
  const text = builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    [root]: { ...attributes, ...elements },
  });
  // A parser reads a carriage return that is not escaped as a line feed (XML 1.0, section 2.11).
  return text.replaceAll('\r', '&#13;');
}

/** An answer as elements: its members or, when it is not a structure, its text or its items. */
export function toXmlElements(answer: unknown, style: XmlStyle): XmlElements {
  const content = toXmlContent(answer, style);
  if (typeof content === 'string') {
    return { '#text': content };
  }
  return isItems(content) ? { item: content } : content;
}

function isItems(content: XmlContent): content is readonly XmlContent[] {
  return Array.isArray(content);
}

function membersOf(structure: object, style: XmlStyle, parent: string): XmlElements {
  const elements = Object.entries(structure)
    .filter(([, value]) => value !== undefined)
    .map(([member, value]) => [style.memberElement(member, parent), toXmlContent(value, style, member)]);
  return Object.fromEntries(elements);
}

/** `null` is an empty element. */
function toXmlContent(value: unknown, style: XmlStyle, member = ''): XmlContent {
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => toXmlContent(item, style, member));
    const element = style.itemElement(member, value);
    return element === undefined ? items : { [element]: items };
  }
  return isFields(value) ? membersOf(value, style, member) : String(value ?? '');
}
