import { expect, test } from 'vitest';
import { FORBIDDEN, UNAUTHORIZED } from '../../../shared/collect/kubernetes/reader.ts';
import { present, type Reading, type Unreadable } from '../../../shared/model/evidence.ts';
import type { AccessEntryState } from '../../../shared/pipeline/access-entry.ts';
import { missingOf } from '../../../shared/pipeline/missing-access.ts';

const NONE: AccessEntryState = { state: 'none' };
const EMPTY: AccessEntryState = { state: 'present', hasViewPolicy: false, groups: [] };
const VIEWING: AccessEntryState = { ...EMPTY, hasViewPolicy: true };
const GROUPED: AccessEntryState = { ...EMPTY, groups: ['eks-auditor'] };

const refusal = (operation: string, code = FORBIDDEN): Unreadable => {
  return { state: 'unreadable', kind: 'denied', code, operation, detail: 'why' };
};
type Probed = Reading<readonly Unreadable[]>;
const nothingRefused: Probed = present([]);
const unknown: Probed = refusal('kubernetes:connect', UNAUTHORIZED);
const silent: Probed = refusal('kubernetes:connect', 'NoAnswer');
const pods: Probed = present([refusal('kubernetes:list pods')]);

test.each<[string, AccessEntryState, 'view' | 'group', Probed | undefined, (string | RegExp)[]]>([
  ['nothing, of a role that could ask', VIEWING, 'view', nothingRefused, []],
  ['nothing, however it got its rights', EMPTY, 'view', nothingRefused, []],
  ['nothing that is known, of a role that could not ask', VIEWING, 'view', undefined, []],
  ['an entry', NONE, 'view', unknown, ['an access entry']],
  ['an entry and an endpoint', NONE, 'view', silent, ['an access entry', /endpoint that answers: why/]],
  ['a policy', EMPTY, 'view', pods, [/^the policy AmazonEKSViewPolicy/]],
  ['a right that the policy should give', VIEWING, 'view', pods, ['the right to list pods']],
  ['a policy, though a group is there', GROUPED, 'view', undefined, [/^the policy AmazonEKSViewPolicy/]],
  ['a group', VIEWING, 'group', undefined, ['the group eks-auditor of its access entry']],
  ['a binding', GROUPED, 'group', pods, ['a binding of the group eks-auditor in the cluster to list pods']],
  ['an entry that works', VIEWING, 'view', unknown, [/^an access entry that works/]],
  ['a cluster with entries', { state: 'impossible', why: 'no' }, 'view', unknown, ['no']],
  [
    'an answer of EKS',
    { state: 'unknown', why: refusal('eks:ListAccessEntries', 'AccessDeniedException') },
    'view',
    unknown,
    ['its access entry is not known: eks:ListAccessEntries failed with AccessDeniedException'],
  ],
  [
    'an answer of the API server',
    VIEWING,
    'view',
    present([refusal('kubernetes:list pods', 'Status500')]),
    ['list pods: kubernetes:list pods failed with Status500'],
  ],
])('%s is missing', (_name, entry, level, probed, expected) => {
  const missing = missingOf({ entry, level, ...(probed && { probed }) });

  expect(missing).toEqual(
    expected.map((text) => (typeof text === 'string' ? text : expect.stringMatching(text))),
  );
});
