/** Where a resource of the world is, as its ARN says. */
export interface Scope {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
}

/** The ARN of `resource` in `scope`; a global service's ARN has no Region. */
export function arn(scope: Scope, service: string, resource: string): string {
  return `arn:${scope.partition}:${service}:${scope.region}:${scope.accountId}:${resource}`;
}

/** When the resources of a world were created, by default. */
export const createdAt = '2026-01-15T09:00:00.000Z';

/** A stable identifier of `length` hexadecimal digits made from `text`, so that a world is the same every time. */
export function stableId(text: string, length: number): string {
  let id = '';
  for (let round = 0; id.length < length; round += 1) {
    let hash = 0x811c9dc5 ^ round;
    for (const character of text) {
      hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    }
    id += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return id.slice(0, length);
}
