import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { isFields } from '../plain.ts';
import { valuesAt } from '../values-at.ts';

export const ec2Filters = z.array(
  z.strictObject({ Name: z.string(), Value: z.array(z.string()).max(200).default([]) }),
);

type Filters = z.output<typeof ec2Filters>;

/** The path of the member that each filter of a type of resource compares; every type can be filtered by tags. */
export type FilterPaths = Readonly<Record<string, string>>;

/** Values may contain the wildcards `*` and `?`; a backslash makes them literal. */
function valueMatches(pattern: string, value: string): boolean {
  const parts = pattern.match(/\\.|[\s\S]/g) ?? [];
  const source = parts.map((part) => {
    if (part === '*') {
      return '[\\s\\S]*';
    }
    return part === '?' ? '[\\s\\S]' : part.replace(/^\\(?=.)/, '').replace(/[.\\+*?^$()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`).test(value);
}

function tagValues(resource: object, name: string): string[] {
  const tags = [...valuesAt(resource, ['Tags']), ...valuesAt(resource, ['TagSet'])].filter(isFields);
  if (name === 'tag-key') {
    return tags.map(({ Key }) => String(Key));
  }
  const key = name.slice('tag:'.length);
  return tags.filter(({ Key }) => Key === key).map(({ Value }) => String(Value));
}

/**
 * The resources that satisfy every filter; a filter is satisfied by any of its values.
 *
 * @throws AwsError InvalidParameterValue for a filter that this type of resource does not have
 */
export function applyFilters<Resource extends object>(
  resources: readonly Resource[],
  filters: Filters,
  paths: FilterPaths,
): Resource[] {
  return filters.reduce<Resource[]>(
    (remaining, { Name, Value }) => {
      const path = paths[Name];
      const isTag = Name === 'tag-key' || Name.startsWith('tag:');
      if (path === undefined && !isTag) {
        throw new AwsError('InvalidParameterValue', `The filter '${Name}' is invalid`);
      }
      return remaining.filter((resource) => {
        const values =
          path === undefined ? tagValues(resource, Name) : valuesAt(resource, path.split('.')).map(String);
        return values.some((value) => Value.some((pattern) => valueMatches(pattern, value)));
      });
    },
    [...resources],
  );
}
