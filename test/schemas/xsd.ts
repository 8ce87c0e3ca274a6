import { readFileSync } from 'node:fs';
import { parseXml, type XmlElement } from './xml.ts';

/*
 * As much of XML Schema as the schemas of JUnit use: elements, sequences, choices, extensions, attributes, and simple types by
 * pattern and length. Anything else in a schema throws, so that nothing is taken for checked that is not.
 */

/** The problems that a schema of this folder has with a document; none when it conforms. */
export function xsdValidator(file: string): (document: string) => string[] {
  const schema = parseXml(readFileSync(new URL(file, import.meta.url), 'utf8'));
  const types = named(schema, 'xs:complexType', 'xs:simpleType');
  const elements = named(schema, 'xs:element');
  return (document) => {
    const root = parseXml(document);
    const declaration = elements.get(root.name);
    return declaration === undefined
      ? [`no element ${root.name}`]
      : problemsOf(root, declaration, { types, elements }, root.name);
  };
}

type Named = ReadonlyMap<string, XmlElement>;
interface Schema {
  readonly types: Named;
  readonly elements: Named;
}

function named(schema: XmlElement, ...kinds: readonly string[]): Named {
  const own = schema.children.filter(({ name }) => kinds.includes(name));
  return new Map(own.map((child) => [child.attributes.name ?? '', child]));
}

/** What an element may hold: children and attributes, of the type and of those it extends. */
interface Content {
  readonly particles: readonly XmlElement[];
  readonly attributes: readonly XmlElement[];
  /** A simple type, where there is text; `undefined` where there may be none. */
  readonly text?: string;
}

function problemsOf(element: XmlElement, declaration: XmlElement, schema: Schema, path: string): string[] {
  const content = contentOf(typeOf(declaration, schema), schema);
  const model = content.particles.map((particle) => expressionOf(particle)).join('');
  const sequence = element.children.map(({ name }) => `<${name}>`).join('');
  const isInOrder = new RegExp(`^${model}$`).test(sequence);
  return [
    ...(isInOrder ? [] : [`${path}: ${sequence.slice(0, 200)} does not match ${model}`]),
    ...(content.text === undefined && element.text.trim() !== '' ? [`${path}: text`] : []),
    ...attributeProblems(element, content.attributes, schema, path),
    ...element.children.flatMap((child, index) => {
      const found = declarationOf(child.name, content.particles, schema);
      const where = `${path}/${child.name}[${index}]`;
      return found === undefined ? [`${where}: not declared`] : problemsOf(child, found, schema, where);
    }),
  ];
}

function typeOf(declaration: XmlElement, { types }: Schema): XmlElement | string {
  const inline = declaration.children.find((child) => /^xs:(complex|simple)Type$/.test(child.name));
  const name = declaration.attributes.type ?? '';
  return inline ?? types.get(name) ?? name;
}

function contentOf(type: XmlElement | string, schema: Schema): Content {
  if (typeof type === 'string') return { particles: [], attributes: [], text: type };
  if (type.name === 'xs:simpleType') return { particles: [], attributes: [], text: 'xs:string' };
  const own: Content = {
    particles: type.children.filter(({ name }) => name === 'xs:sequence' || name === 'xs:choice'),
    attributes: type.children.filter(({ name }) => name === 'xs:attribute'),
    ...(type.attributes.mixed === 'true' && { text: 'xs:string' }),
  };
  const extension = type.children.find(({ name }) => /^xs:(complex|simple)Content$/.test(name))?.children[0];
  if (extension === undefined) return own;
  const base = contentOf(schema.types.get(extension.attributes.base ?? '') ?? 'xs:string', schema);
  return {
    ...base,
    attributes: [...base.attributes, ...extension.children.filter(({ name }) => name === 'xs:attribute')],
  };
}

/** A particle as a regular expression over the names of children. */
function expressionOf(particle: XmlElement): string {
  const { minOccurs = '1', maxOccurs = '1', name, ref } = particle.attributes;
  const times = `{${minOccurs},${maxOccurs === 'unbounded' ? '' : maxOccurs}}`;
  const parts = particle.children.filter((child) => child.name !== 'xs:annotation');
  if (particle.name === 'xs:element') return `(?:<${name ?? ref}>)${times}`;
  if (particle.name === 'xs:sequence') return `(?:${parts.map(expressionOf).join('')})${times}`;
  if (particle.name === 'xs:choice') return `(?:${parts.map(expressionOf).join('|')})${times}`;
  throw new Error(`${particle.name} is not known`);
}

function declarationOf(
  name: string,
  particles: readonly XmlElement[],
  schema: Schema,
): XmlElement | undefined {
  for (const particle of particles) {
    if (particle.name !== 'xs:element') {
      const within = declarationOf(name, particle.children, schema);
      if (within !== undefined) return within;
    } else if (particle.attributes.ref === name) return schema.elements.get(name);
    else if (particle.attributes.name === name) return particle;
  }
  return undefined;
}

function attributeProblems(
  element: XmlElement,
  declared: readonly XmlElement[],
  schema: Schema,
  path: string,
): string[] {
  const names = declared.map(({ attributes }) => attributes.name ?? '');
  const unknown = Object.keys(element.attributes).filter((name) => !names.includes(name));
  return [
    ...unknown.map((name) => `${path}: attribute ${name} is not declared`),
    ...declared.flatMap((declaration) => {
      const { name = '', use } = declaration.attributes;
      const value = element.attributes[name];
      if (value === undefined) return use === 'required' ? [`${path}: attribute ${name} is missing`] : [];
      const isValid = isOfType(value, typeOf(declaration, schema), schema);
      return isValid ? [] : [`${path}: attribute ${name} is ${JSON.stringify(value)}`];
    }),
  ];
}

const BUILT_IN: Readonly<Record<string, RegExp>> = {
  'xs:string': /^/,
  'xs:token': /^/,
  'xs:int': /^\s*[+-]?\d{1,9}\s*$/,
  'xs:decimal': /^\s*[+-]?(\d+(\.\d*)?|\.\d+)\s*$/,
  'xs:dateTime': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/,
};

function isOfType(value: string, type: XmlElement | string, schema: Schema): boolean {
  if (typeof type === 'string') {
    const pattern = BUILT_IN[type];
    if (pattern === undefined) throw new Error(`${type} is not known`);
    return pattern.test(value);
  }
  const restriction = type.children.find(({ name }) => name === 'xs:restriction');
  const base = restriction?.attributes.base ?? '';
  if (!isOfType(value, schema.types.get(base) ?? base, schema)) return false;
  // White space of a token does not count.
  const text = base === 'xs:token' ? value.trim().replaceAll(/\s+/g, ' ') : value;
  return (restriction?.children ?? []).every(({ name, attributes: { value: facet = '' } }) => {
    if (name === 'xs:pattern') return new RegExp(`^(?:${facet})$`).test(text);
    if (name === 'xs:minLength') return text.length >= Number(facet);
    return name === 'xs:whiteSpace';
  });
}
