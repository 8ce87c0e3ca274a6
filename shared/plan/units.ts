import { present, type Reading, type Unreadable } from '../model/evidence.ts';
import type { OrganizationalUnit } from '../model/run.ts';

/** What is right below a root or an OU. */
export interface Children {
  readonly accountIds: readonly string[];
  readonly units: readonly OrganizationalUnit[];
}

/** The root and the OUs of each account, from the top down, by account id. */
export type UnitsOfAccounts = ReadonlyMap<string, readonly OrganizationalUnit[]>;

/** Our code for a tree that is larger than is worth reading. */
export const TOO_MANY_UNITS = 'TooManyUnits';

const TOO_LARGE: Unreadable = {
  state: 'unreadable',
  kind: 'failed',
  code: TOO_MANY_UNITS,
  operation: 'organizations:ListOrganizationalUnitsForParent',
  detail: 'the organization has more organizational units than are read',
};

/** Walks the tree below roots level by level. Of more roots and OUs than `most` it is given up. */
export async function walkUnits(
  roots: readonly OrganizationalUnit[],
  childrenOf: (parentId: string) => Promise<Reading<Children>>,
  most: number,
): Promise<Reading<UnitsOfAccounts>> {
  const found = new Map<string, readonly OrganizationalUnit[]>();
  let level: { readonly id: string; readonly path: readonly OrganizationalUnit[] }[] = roots.map((root) => ({
    id: root.id,
    path: [root],
  }));
  let seen = 0;
  while (level.length > 0) {
    seen += level.length;
    if (seen > most) return TOO_LARGE;
    const read = await Promise.all(level.map(async ({ id, path }) => ({ path, own: await childrenOf(id) })));
    const below: typeof level = [];
    for (const { path, own } of read) {
      if (own.state === 'unreadable') return own;
      for (const accountId of own.value.accountIds) found.set(accountId, path);
      below.push(...own.value.units.map((unit) => ({ id: unit.id, path: [...path, unit] })));
    }
    level = below;
  }
  return present(found);
}
