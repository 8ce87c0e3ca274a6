import { isFields } from '../plain.ts';

/** How a protocol writes structures and lists as XML. */
export interface XmlStyle {
  /** The element that wraps an item of the list that the member `list` is. */
  readonly itemOf: (list: string, item: unknown) => string;
  /** The element name of a member; `parent` is the member that holds it. */
  readonly nameOf: (member: string, parent: string) => string;
}

/** `value` as the content of an element; members without a value are left out. */
export function toXml(value: unknown, style: XmlStyle, parent = ''): string {
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (Array.isArray(value)) {
    return value.map((item) => element(style.itemOf(parent, item), toXml(item, style, parent))).join('');
  }
  if (isFields(value)) {
    return Object.entries(value)
      .filter(([, member]) => member !== undefined && member !== null)
      .map(([name, member]) => element(style.nameOf(name, parent), toXml(member, style, name)))
      .join('');
  }
  return escapeXml(String(value));
}

export function element(name: string, content: string, attributes = ''): string {
  return `<${name}${attributes}>${content}</${name}>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => entities[character] ?? character);
}

/** Members and items as they are called in the API; items of lists in `member`. */
export const queryStyle: XmlStyle = { itemOf: () => 'member', nameOf: (member) => member };
