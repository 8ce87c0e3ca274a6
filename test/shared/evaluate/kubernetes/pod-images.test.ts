import { describe, expect, it } from 'vitest';
import { approvedRegistries } from '../../../../shared/evaluate/controls/approved-registries.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { KubernetesFacts } from '../../../../shared/model/kubernetes-facts.ts';
import type { PullThroughCacheRule } from '../../../../shared/model/registry-facts.ts';
import { denied, SCOPE } from '../../../builders.ts';
import { ACCOUNT, anOrganization, SIBLING, STRANGER, verdictOf } from '../../../builders-iam.ts';
import { anImage, aPod, FORBIDDEN, inside, UNREACHABLE } from './builders.ts';

const ecr = (accountId: string) => `${accountId}.dkr.ecr.${SCOPE.region}.amazonaws.com`;
const DIGEST = `sha256:${'0a'.repeat(32)}`;

function judge(
  cluster: KubernetesFacts,
  rules: readonly PullThroughCacheRule[] = [],
  around: Parameters<typeof verdictOf>[2] = {},
) {
  return verdictOf(
    approvedRegistries,
    { cluster, region: { pullThroughCacheRules: present(rules) } },
    around,
  );
}
const judgeImages = (
  images: readonly string[],
  ...more: [rules?: PullThroughCacheRule[], around?: Parameters<typeof verdictOf>[2]]
) => judge(inside({ pods: [aPod({ images: images.map((image) => anImage(image)) })] }), ...more);

describe('the images of pods', () => {
  it('pass when all are from approved registries, with their count', () => {
    const verdict = judgeImages([
      `${ecr(ACCOUNT)}/shop/api:1`,
      `${ecr(SIBLING)}/base`,
      '602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/coredns:v1',
      '151610086707.dkr.ecr.ap-southeast-5.amazonaws.com/eks/coredns:v1',
      '031903291036.dkr.ecr.us-east-1.amazonaws.com/aws-guardduty-agent:v1',
      'public.ecr.aws/eks-distro/kubernetes/pause:3.9',
      'public.ecr.aws/karpenter/controller:1.0.0',
      `${ACCOUNT}.dkr-ecr.${SCOPE.region}.on.aws/shop/api`,
    ]);

    expect(verdict).toMatchObject({
      ...{ status: 'PASSED', reasonCode: 'ALL_APPROVED' },
      evidence: { unapprovedImages: 'none' },
    });
    expect(verdict.reason).toContain('All 8 images of 1 pod');
  });

  it.each([
    ['nginx', 'docker.io/library/nginx'],
    ['ghcr.io/our-evil/x', 'ghcr.io/our-evil/x'],
    ['ghcr.io:8443/our/x', 'ghcr.io:8443/our/x'],
    [`${ecr(STRANGER)}/x`, `${ecr(STRANGER)}/x`],
    [`${ecr(ACCOUNT)}:443/x`, `${ecr(ACCOUNT)}:443/x`],
    [`${ecr(ACCOUNT)}.evil.example/x`, `${ecr(ACCOUNT)}.evil.example/x`],
    [`${ACCOUNT}.dkr.ecr.${SCOPE.region}.on.aws/x`, `${ACCOUNT}.dkr.ecr.${SCOPE.region}.on.aws/x`],
    ['public.ecr.aws/somebody/eks/x', 'public.ecr.aws/somebody/eks/x'],
    ['not a reference', 'not a reference'],
  ])('fail for %s, named with its workload', (image, name) => {
    const settings = { approvedRegistries: ['ghcr.io/our/*'] };

    const verdict = judgeImages([image, `${ecr(ACCOUNT)}/ok`], [], { settings });

    expect(verdict).toMatchObject({ status: 'FAILED', severity: 'MEDIUM', reasonCode: 'UNAPPROVED_IMAGES' });
    expect(verdict.evidence).toEqual({ images: name });
    expect(verdict.reason).toContain(`: ${name} in shop/Deployment web (1 pod).`);
    expect(verdict.reason).not.toContain('/ok');
  });

  it.each([
    ['*.corp.example/*', 'registry.corp.example/team/app', 'evil.io/x.corp.example/app'],
    ['*.corp.example', 'registry.corp.example/team/app', 'evil.io/x.corp.example'],
    ['*/team/app', 'quay.io/team/app', 'evil.io/x/team/app'],
    ['GHCR.io/our/*', 'ghcr.io/our/app', 'ghcr.io/our-evil/app'],
    ['docker.io/nginx', 'nginx:1.27', 'docker.io/evil/nginx'],
    ['registry.example:5000', 'registry.example:5000/app', 'registry.example/app'],
  ])('are approved by %s if they are %s, and not as %s', (pattern, approved, other) => {
    const settings = { approvedRegistries: [pattern] };

    expect(judgeImages([approved], [], { settings })).toMatchObject({ status: 'PASSED' });
    expect(judgeImages([other], [], { settings })).toMatchObject({ status: 'FAILED' });
  });

  it('are named with the digest that runs, in the repository of the spec', () => {
    const images = [anImage('quay.io/team/app:1', `ghcr.io/other/app@${DIGEST}`)];

    expect(judge(inside({ pods: [aPod({ images })] })).reason).toContain(`quay.io/team/app:1@${DIGEST}`);
  });

  it('of pods that have ended do not count, of pending and static ones they do', () => {
    const images = [anImage('nginx')];

    expect(judge(inside({ pods: [aPod({ images, isOver: true })] })).status).toBe('PASSED');
    expect(judge(inside({ pods: [aPod({ images, isRunning: false })] })).status).toBe('FAILED');
    const mirror = aPod({ images, isMirror: true, namespace: 'kube-system' });
    expect(judge(inside({ pods: [mirror] })).status).toBe('FAILED');
  });

  it('are named up to ten in the order of their names, and counted', () => {
    const images = Array.from({ length: 13 }, (_, index) => `quay.io/a/app-${10 + index}`);
    const verdict = judgeImages(images.toReversed());

    expect(verdict.reason).toMatch(/^13 images of 1 workload \(1 pod\)/);
    expect(verdict.reason).toContain('and 3 more images');
    expect(verdict.reason).toContain('app-19 ');
    expect(verdict.reason).not.toContain('app-20');
    expect(verdict.evidence).toEqual({ images: images.slice(0, 10).join(', ') });
    expect(judgeImages(images.slice(0, 10)).reason).not.toContain('more');
  });

  const rule = (upstreamUrl: string, repositoryPrefix = 'cache', upstreamPrefix?: string) => ({
    repositoryPrefix,
    upstreamUrl,
    ...(upstreamPrefix && { upstreamPrefix }),
  });

  it('below the prefix of a pull-through cache come from its upstream', () => {
    const image = `${ecr(ACCOUNT)}/cache/team/app`;

    expect(judgeImages([image], [rule('quay.io')])).toMatchObject({ reasonCode: 'UNAPPROVED_IMAGES' });
    expect(judgeImages([image], [rule('quay.io')]).reason).toContain('cached from quay.io/team/app');
    expect(judgeImages([image], [rule('public.ecr.aws', 'cache', 'eks')]).status).toBe('PASSED');
    expect(judgeImages([image], [rule('quay.io', 'cach')]).status).toBe('PASSED');
    expect(
      judgeImages([image], [rule('quay.io', 'ROOT'), rule('public.ecr.aws', 'cache', 'eks')]).status,
    ).toBe('PASSED');
    expect(judgeImages([`${ecr(SIBLING)}/cache/team/app`], [rule('quay.io')]).status).toBe('PASSED');
  });

  it.each([
    [rule('quay.io', 'ROOT'), 'quay.io/cache/team/app'],
    [rule('quay.io/', 'ROOT'), 'quay.io/cache/team/app'],
    [rule('quay.io', 'cache', 'ROOT'), 'quay.io/team/app'],
    [rule('quay.io', 'cache', 'mirror'), 'quay.io/mirror/team/app'],
  ])('by the cache %j come from %s', (cache, upstream) => {
    expect(judgeImages([`${ecr(ACCOUNT)}/cache/team/app`], [cache]).reason).toContain(
      `cached from ${upstream} in`,
    );
  });

  it('leave AWS’s own registries out when they are not approved', () => {
    const settings = { approveAwsRegistries: false };

    expect(judgeImages(['public.ecr.aws/eks/pause'], [], { settings }).status).toBe('FAILED');
    expect(judgeImages([`${ecr(ACCOUNT)}/x`], [], { settings }).status).toBe('PASSED');
  });

  it('of accounts that may be members are not available', () => {
    const organization = anOrganization({ membersUnreadable: denied('organizations:ListAccounts') });

    const verdict = judgeImages([`${ecr(STRANGER)}/x`], [], { organization });

    expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCodes: ['EVIDENCE_UNREADABLE'] });
    expect(verdict.reason).toContain(`${ecr(STRANGER)}/x`);
    expect(verdict.reason).toContain('organizations:ListAccounts failed with AccessDeniedException');
    expect(judgeImages([`${ecr(SIBLING)}/x`], [], { organization })).toMatchObject({ status: 'PASSED' });
    expect(judgeImages([`${ecr(STRANGER)}/x`, 'nginx'], [], { organization }).reasonCodes).toEqual([
      'UNAPPROVED_IMAGES',
      'EVIDENCE_UNREADABLE',
    ]);
    expect(judgeImages(['nginx'], [], { organization }).reasonCodes).toEqual(['UNAPPROVED_IMAGES']);
  });
});

describe('pods that could not be read', () => {
  it.each([UNREACHABLE, inside({ pods: FORBIDDEN })])('are not available, with the reason', (facts) => {
    expect(judge(facts)).toMatchObject({ status: 'NOT_AVAILABLE' });
  });

  it('leave what AWS proves failed', () => {
    const rules = [{ repositoryPrefix: 'q', upstreamUrl: 'quay.io' }];

    expect(judge(UNREACHABLE, rules)).toMatchObject({ status: 'FAILED', reasonCode: 'UNAPPROVED_UPSTREAM' });
    expect(judge(UNREACHABLE, rules).reason).toContain('kubernetes:connect failed with NoConnection');
  });
});
