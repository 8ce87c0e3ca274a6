import type * as z from 'zod';

/** Where a field is in an answer: names of members, `[]` for the items of a list. */
type Path = readonly string[];

export interface Field {
  readonly path: Path;
  readonly kind: 'list' | 'structure' | 'record' | 'text' | 'number' | 'boolean' | 'time' | 'any';
  readonly isOptional: boolean;
  /** What AWS's documentation says that its absence means, as the schema tells. */
  readonly absence: string | undefined;
}

const KINDS: Readonly<Record<string, Field['kind']>> = {
  array: 'list',
  tuple: 'list',
  object: 'structure',
  record: 'record',
  string: 'text',
  literal: 'text',
  number: 'number',
  boolean: 'boolean',
  date: 'time',
};

/** What a schema of each type says of itself. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly items?: readonly z.core.$ZodType[];
}

/** Every field that a schema reads. */
export function fieldsOf(schema: z.core.$ZodType, path: Path = []): Field[] {
  const inner = unwrapped(schema);
  const def = inner._zod.def as unknown as Definition;
  if (def.type === 'object') {
    return Object.entries(def.shape ?? {}).flatMap(([name, member]) => {
      const field = {
        path: [...path, name],
        kind: kindOf(member),
        isOptional: member._zod.optin === 'optional',
        absence: absenceOf(member),
      };
      return [field, ...fieldsOf(member, field.path)];
    });
  }
  const [first = def.element] = def.items ?? [];
  return first ? fieldsOf(first, [...path, '[]']) : [];
}

function kindOf(schema: z.core.$ZodType): Field['kind'] {
  return KINDS[unwrapped(schema)._zod.def.type] ?? 'any';
}

/** The schema of the answer itself, without what is made of it, what may be missing, and what it is when it is malformed. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const {
    type,
    innerType,
    in: input,
    options: [first] = [],
  } = schema._zod.def as {
    readonly type: string;
    readonly innerType?: z.core.$ZodType;
    readonly in?: z.core.$ZodType;
    readonly options?: readonly z.core.$ZodType[];
  };
  if (type === 'pipe' && input) return unwrapped(input);
  if (type === 'union' && first) return unwrapped(first);
  return innerType ? unwrapped(innerType) : schema;
}

function absenceOf(schema: z.core.$ZodType): string | undefined {
  const meta = (schema as z.ZodType).meta();
  return typeof meta?.absence === 'string' ? meta.absence : undefined;
}

/** Edits a field wherever it is in an answer: `edit` gets what holds it, and its name there. */
export function editField(
  answer: unknown,
  [name, ...rest]: Path,
  edit: (holder: Record<string, unknown>, name: string) => void,
): void {
  if (name === undefined || typeof answer !== 'object' || answer === null) return;
  if (name === '[]') {
    for (const item of Array.isArray(answer) ? answer : []) editField(item, rest, edit);
    return;
  }
  const holder = answer as Record<string, unknown>;
  if (rest.length === 0) {
    if (name in holder) edit(holder, name);
    return;
  }
  editField(holder[name], rest, edit);
}
