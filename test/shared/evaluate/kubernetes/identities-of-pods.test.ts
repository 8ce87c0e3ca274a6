import { describe, expect, it } from 'vitest';
import { dedicatedServiceAccounts } from '../../../../shared/evaluate/controls/dedicated-service-accounts-clusters.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { Binding, KubernetesFacts, ServiceAccount } from '../../../../shared/model/kubernetes-facts.ts';
import { ACCOUNT, aRole, iamOf, STRANGER, verdictOf } from '../../../builders-iam.ts';
import { aPod, FORBIDDEN, inside, OFF, UNREACHABLE } from './builders.ts';

function judge(cluster: KubernetesFacts) {
  const iam = iamOf({ roles: [aRole({ name: 'orders' })] });
  const region = { instances: present([]), launchTemplates: present({}) };
  return verdictOf(dedicatedServiceAccounts, {
    cluster: { ...cluster, addons: present([]) },
    region,
    account: { iam, oidcProviders: present([]) },
  });
}

const NO_TOKEN: ServiceAccount = { namespace: 'shop', name: 'default', automountServiceAccountToken: false };
const asDefault = (differing = {}) => aPod({ serviceAccount: 'default', ...differing });
const binding = (subject: Binding['subjects'][number], differing: Partial<Binding> = {}): Binding => ({
  kind: 'RoleBinding',
  namespace: 'shop',
  name: 'readers',
  role: 'Role/reader',
  subjects: [subject],
  ...differing,
});

const USED = { status: 'FAILED', severity: 'MEDIUM', reasonCode: 'DEFAULT_SERVICE_ACCOUNT_USED' };
const UNUSED = { status: 'PASSED', reasonCode: 'NO_POD_AWS_ACCESS' };

describe('what pods and service accounts are told as', () => {
  it('is the namespaces, how, and whose pods', () => {
    const pods = [asDefault(), asDefault({ namespace: 'pay' })];
    const serviceAccounts = [{ namespace: 'next', name: 'default' }];
    const verdict = judge(inside({ pods: [...pods, aPod({ namespace: 'next' })], serviceAccounts }));

    expect(verdict.reason).toContain(
      'next (a mounted token; no pod yet), pay (a mounted token; pay/Deployment web (1 pod)), shop (a mounted token; shop/Deployment web (1 pod))',
    );
    expect(verdict.evidence).toMatchObject({ defaultAccountsUsed: 'next, pay, shop' });
  });

  it('is the roles that are not there, each with its account', () => {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/gone`;
    const serviceAccounts = [
      { ...NO_TOKEN },
      { ...NO_TOKEN, name: 'api', roleArn },
      { ...NO_TOKEN, name: 'web', roleArn: `arn:aws:iam::${ACCOUNT}:role/orders` },
    ];

    expect(judge(inside({ serviceAccounts })).evidence).toMatchObject({
      rolesNotFound: `shop/api: ${roleArn}`,
    });
  });

  it.each(['pods', 'serviceAccounts'])('is nothing of service accounts where %s cannot be read', (kind) => {
    const objects = { pods: [asDefault()], serviceAccounts: [{ namespace: 'shop', name: 'default' }] };

    expect(judge(inside(objects))).toMatchObject(USED);
    expect(judge(inside({ ...objects, [kind]: FORBIDDEN }))).toMatchObject({
      status: 'NOT_AVAILABLE',
      reasonCode: 'EVIDENCE_UNREADABLE',
    });
  });
});

describe('the service account default', () => {
  it.each([
    ['mounts its token', asDefault(), {}],
    ['has no setting', asDefault(), { automountServiceAccountToken: undefined }],
    ['mounts none, but a pod does', asDefault({ automountServiceAccountToken: true }), NO_TOKEN],
    ['is used by none, and would mount its token', aPod(), {}],
    ['has a role', asDefault(), { ...NO_TOKEN, roleArn: `arn:aws:iam::${ACCOUNT}:role/orders` }],
  ])('fails where it %s', (_, pod, account) => {
    const { automountServiceAccountToken: automount, ...rest } = {
      namespace: 'shop',
      name: 'default',
      ...account,
    } as ServiceAccount;
    const serviceAccount = {
      ...rest,
      ...(automount !== undefined && { automountServiceAccountToken: automount }),
    };

    expect(judge(inside({ pods: [pod], serviceAccounts: [serviceAccount] }))).toMatchObject(USED);
  });

  it.each([
    ['mounts no token', asDefault(), NO_TOKEN],
    [
      'mounts one, but its pods do not',
      asDefault({ automountServiceAccountToken: false }),
      { ...NO_TOKEN, automountServiceAccountToken: true },
    ],
    [
      'is used by a pod that has ended',
      asDefault({ isOver: true }),
      { ...NO_TOKEN, automountServiceAccountToken: true },
    ],
    [
      'is of a static pod',
      asDefault({ isMirror: true }),
      { ...NO_TOKEN, automountServiceAccountToken: true },
    ],
    ['is of a system namespace', asDefault({ namespace: 'kube-system' }), NO_TOKEN],
  ])('passes where it %s', (_, pod, account) => {
    expect(judge(inside({ pods: [pod], serviceAccounts: [account] }))).toMatchObject(UNUSED);
  });

  it.each<[string, Binding]>([
    ['as a service account', binding({ kind: 'ServiceAccount', name: 'default', namespace: 'shop' })],
    ['as one of the binding’s own namespace', binding({ kind: 'ServiceAccount', name: 'default' })],
    ['as a user', binding({ kind: 'User', name: 'system:serviceaccount:shop:default' })],
    ['by the group of all', binding({ kind: 'Group', name: 'system:serviceaccounts' })],
    ['by the group of its namespace', binding({ kind: 'Group', name: 'system:serviceaccounts:shop' })],
  ])('fails where it is bound %s', (_, one) => {
    const objects = { pods: [asDefault()], serviceAccounts: [NO_TOKEN] };

    expect(judge(inside({ ...objects, bindings: [one] }))).toMatchObject(USED);
    expect(judge(inside({ ...objects, bindings: [one] })).reason).toContain('RoleBinding readers');
    expect(judge(inside({ ...objects, pods: [aPod()], bindings: [one] }))).toMatchObject(UNUSED);
  });

  it('is not bound by what is for others', () => {
    const bindings = [
      binding({ kind: 'ServiceAccount', name: 'default', namespace: 'other' }),
      binding({ kind: 'ServiceAccount', name: 'web', namespace: 'shop' }),
      binding({ kind: 'User', name: 'default' }),
      binding({ kind: 'Group', name: 'system:serviceaccounts:shop-2' }),
    ];

    expect(judge(inside({ pods: [asDefault()], serviceAccounts: [NO_TOKEN], bindings }))).toMatchObject(
      UNUSED,
    );
  });

  it('leaves bindings that cannot be read unanswered only where they decide', () => {
    const objects = { serviceAccounts: [NO_TOKEN], bindings: FORBIDDEN };

    expect(judge(inside({ ...objects, pods: [aPod()] }))).toMatchObject(UNUSED);
    expect(judge(inside({ ...objects, pods: [asDefault()] }))).toMatchObject({ status: 'NOT_AVAILABLE' });
    const bindings = [binding({ kind: 'ServiceAccount', name: 'default' }), FORBIDDEN];
    expect(judge(inside({ ...objects, bindings, pods: [asDefault()] }))).toMatchObject(USED);
    expect(judge(inside({ ...objects, bindings: [FORBIDDEN], pods: [asDefault()] }))).toMatchObject({
      status: 'NOT_AVAILABLE',
    });
  });
});

describe('a role of an annotation', () => {
  const annotated = (roleArn: string) =>
    judge(inside({ serviceAccounts: [{ namespace: 'shop', name: 'web', roleArn }] }));

  it('that is not there is a warning; one of another account is never called missing', () => {
    expect(annotated(`arn:aws:iam::${ACCOUNT}:role/gone`)).toMatchObject({
      status: 'WARNING',
      reasonCode: 'ROLE_NOT_FOUND',
    });
    expect(annotated(`arn:aws:iam::${ACCOUNT}:role/gone`).reason).toContain('shop/web');
    expect(annotated(`arn:aws:iam::${ACCOUNT}:role/orders`)).toMatchObject(UNUSED);
    expect(annotated(`arn:aws:iam::${STRANGER}:role/gone`)).toMatchObject(UNUSED);
    expect(annotated(`arn:aws:iam::${ACCOUNT}:role/teams/orders`)).toMatchObject({
      reasonCode: 'ROLE_NOT_FOUND',
    });
  });
});

it('pods on the host network reach their node’s credentials', () => {
  const pods = [aPod({ hostNetwork: true, serviceAccount: 'web' })];

  const verdict = judge(inside({ pods, serviceAccounts: [NO_TOKEN] }));

  expect(verdict).toMatchObject({ status: 'FAILED', reasonCode: 'NODE_CREDENTIALS_ONLY' });
  expect(verdict.reason).toContain('shop/Deployment web');
});

it('is not available where nothing can be read, and as before where it is off', () => {
  expect(judge(UNREACHABLE)).toMatchObject({ status: 'NOT_AVAILABLE' });
  expect(judge(OFF)).toMatchObject(UNUSED);
});
