import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { isFields } from '../plain.ts';
import { valuesAt } from '../values-at.ts';

export const ec2Filters = z.array(
  z.object({ Name: z.string(), Value: z.array(z.string()).max(200).default([]) }),
);

type Filters = z.output<typeof ec2Filters>;

/** Which member each filter of a kind of resource looks at; tags come with every kind. */
export type FilterPaths = Readonly<Record<string, string>>;

/** Values may hold `*` and `?`; a backslash takes their meaning away. */
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
 * @throws AwsError InvalidParameterValue for a filter that this kind of resource does not have
 */
export function selected<Resource extends object>(
  resources: readonly Resource[],
  filters: Filters,
  paths: FilterPaths,
): Resource[] {
  return filters.reduce<Resource[]>(
    (left, { Name, Value }) => {
      const path = paths[Name];
      const isTag = Name === 'tag-key' || Name.startsWith('tag:');
      if (path === undefined && !isTag) {
        throw new AwsError('InvalidParameterValue', `The filter '${Name}' is invalid`);
      }
      return left.filter((resource) => {
        const values =
          path === undefined ? tagValues(resource, Name) : valuesAt(resource, path.split('.')).map(String);
        return values.some((value) => Value.some((pattern) => valueMatches(pattern, value)));
      });
    },
    [...resources],
  );
}
