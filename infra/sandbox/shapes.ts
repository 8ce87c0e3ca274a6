import { isFields } from './plain.ts';

/**
 * A shape of an API as the SDK's clients export it, `[kind, namespace, name, traits, …]`, a function that returns
 * one, a number for a type without parts, or a pair of one of these and traits.
 */
export type Shape = unknown;

/** A member of a structure or an item of a list. */
export interface Part {
  readonly shape: Shape;
  /** The name of its element in XML, where the API gives it one. */
  readonly xmlName: string | undefined;
}

const kinds = { list: 1, structure: 3 } as const;

/** The members of a structure by name; `undefined` for any other shape. */
export function membersOf(shape: Shape): ReadonlyMap<string, Part> | undefined {
  const definition = definitionOf(shape);
  if (definition?.[0] !== kinds.structure) {
    return undefined;
  }
  const [names, members] = [asList(definition[4]), asList(definition[5])];
  return new Map(names.map((name, index) => [String(name), partOf(members[index])]));
}

/** The item of a list; `undefined` for any other shape. */
export function itemOf(shape: Shape): Part | undefined {
  const definition = definitionOf(shape);
  return definition?.[0] === kinds.list ? partOf(definition[4]) : undefined;
}

/** The shape of what an operation answers. */
export function outputOf(operation: Shape): Shape {
  return asList(operation)[5];
}

/** The paths of members that a structure or its parts do not have, and what is wrong with them. */
export function unknownMembers(
  value: unknown,
  shape: Shape,
  path: readonly PropertyKey[] = [],
): ShapeIssue[] {
  if (value === null || value === undefined) {
    return [];
  }
  const item = itemOf(shape);
  if (item !== undefined) {
    return Array.isArray(value)
      ? value.flatMap((entry, index) => unknownMembers(entry, item.shape, [...path, index]))
      : [{ path, message: 'not a list' }];
  }
  const members = membersOf(shape);
  if (members === undefined) {
    return [];
  }
  if (!isFields(value)) {
    return [{ path, message: 'not a structure' }];
  }
  return Object.entries(value).flatMap(([name, member]) => {
    const part = members.get(name);
    return part === undefined
      ? [{ path: [...path, name], message: `unknown; there are ${[...members.keys()].sort().join(', ')}` }]
      : unknownMembers(member, part.shape, [...path, name]);
  });
}

export interface ShapeIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function partOf(reference: Shape): Part {
  const traits = isPair(reference) ? reference[1] : undefined;
  const xmlName = isFields(traits) ? traits.xmlName : undefined;
  return {
    shape: isPair(reference) ? reference[0] : reference,
    xmlName: typeof xmlName === 'string' ? xmlName : undefined,
  };
}

function isPair(reference: Shape): reference is [Shape, unknown] {
  return Array.isArray(reference) && reference.length === 2;
}

/** The definition of a structure, list or map. */
function definitionOf(shape: Shape): readonly unknown[] | undefined {
  const resolved: unknown = typeof shape === 'function' ? shape() : shape;
  return Array.isArray(resolved) ? resolved : undefined;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
