import { FORBIDDEN, UNAUTHORIZED } from '../collect/kubernetes/reader.ts';
import { ACCESS_GROUP, type AccessLevel, VIEW_POLICY } from '../model/cluster-access.ts';
import { describeFailure, type Reading, type Unreadable } from '../model/evidence.ts';
import type { AccessEntryState } from './access-entry.ts';

/** What is known of the access to a cluster. */
interface KnownAccess {
  readonly entry: AccessEntryState;
  readonly level: AccessLevel;
  /** What the API server refused to the role; absent where the role itself could not ask. */
  readonly probed?: Reading<readonly Unreadable[]>;
}

/** What it takes to read what the level allows, in words for people; nothing where all of it could be read. Pure. */
export function missingOf({ entry, level, probed }: KnownAccess): string[] {
  // Whatever gives it access, it has it.
  if (probed?.state === 'present' && probed.value.length === 0) return [];
  const ofEntry = missingEntry(entry, level);
  // What is forbidden without them follows from it.
  const isWhy = ofEntry.length > 0 && probed?.state === 'present' && probed.value.every(isForbidden);
  return isWhy ? ofEntry : [...ofEntry, ...refused(entry, level, probed)];
}

function isForbidden({ code }: Unreadable): boolean {
  return code === FORBIDDEN;
}

function missingEntry(entry: AccessEntryState, level: AccessLevel): string[] {
  if (entry.state === 'none') return ['an access entry'];
  if (entry.state === 'impossible') return [entry.why];
  if (entry.state === 'unknown') return [`its access entry is not known: ${describeFailure(entry.why)}`];
  if (level === 'view') return entry.hasViewPolicy ? [] : [`the policy ${VIEW_POLICY} of its access entry`];
  return entry.groups.includes(ACCESS_GROUP) ? [] : [`the group ${ACCESS_GROUP} of its access entry`];
}

function refused(entry: AccessEntryState, level: AccessLevel, probed: KnownAccess['probed']): string[] {
  if (probed === undefined) return [];
  if (probed.state === 'unreadable') return unreachable(entry, probed);
  const rights = probed.value.map(({ operation }) => operation.replace('kubernetes:', '')).join(', ');
  const other = probed.value.find((refusal) => !isForbidden(refusal));
  if (other !== undefined) return [`${rights}: ${describeFailure(other)}`];
  const hasGroup = entry.state === 'present' && entry.groups.includes(ACCESS_GROUP);
  return level === 'group' && hasGroup
    ? [`a binding of the group ${ACCESS_GROUP} in the cluster to ${rights}`]
    : [`the right to ${rights}`];
}

function unreachable(entry: AccessEntryState, why: Unreadable): string[] {
  if (why.code !== UNAUTHORIZED) return [`an endpoint that answers: ${why.detail}`];
  if (entry.state !== 'present') return [];
  return ['an access entry that works: this one may be of an earlier role of this name'];
}
