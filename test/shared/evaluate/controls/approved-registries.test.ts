import { describe, expect, it } from 'vitest';
import { approvedRegistries } from '../../../../shared/evaluate/controls/approved-registries.ts';
import { present } from '../../../../shared/model/evidence.ts';
import type { PullThroughCacheRule } from '../../../../shared/model/registry-facts.ts';
import { aCluster, denied, SCOPE } from '../../../builders.ts';
import { ACCOUNT, anOrganization, SIBLING, STRANGER, verdictOf } from '../../../builders-iam.ts';

type Around = Parameters<typeof verdictOf>[2];

function judge(rules: readonly Partial<PullThroughCacheRule>[], around: Around = {}) {
  const pullThroughCacheRules = present(
    rules.map((rule) => ({ repositoryPrefix: 'cache', upstreamUrl: 'quay.io', ...rule })),
  );
  return verdictOf(approvedRegistries, { region: { pullThroughCacheRules } }, around);
}

function privateEcr(accountId: string) {
  return `${accountId}.dkr.ecr.${SCOPE.region}.amazonaws.com`;
}

describe('5.1.4 approved registries', () => {
  it.each<[number, string]>([
    [0, 'The Region has no pull-through cache rules.'],
    [1, 'The 1 pull-through cache rule of the Region fetches from approved upstreams only.'],
    [2, 'The 2 pull-through cache rules of the Region fetch from approved upstreams only.'],
  ])('is a warning with %d approved rules, saying what was looked at and what was not', (count, seen) => {
    const verdict = judge(Array.from({ length: count }, () => ({ upstreamUrl: privateEcr(SIBLING) })));

    expect(verdict).toMatchObject({ status: 'WARNING', reasonCode: 'NEEDS_KUBERNETES_ACCESS' });
    expect(verdict.reason).toEqual(
      expect.stringContaining(`${seen} The images of the pods are not looked at`),
    );
    expect(verdict.evidence).toEqual({ upstreams: 'approved only' });
    expect(verdict.resource.id).toBe(aCluster().arn);
  });

  it('fails when a rule fetches from anywhere else, naming it', () => {
    const verdict = judge([{ repositoryPrefix: 'quay', upstreamUrl: 'quay.io' }]);

    expect(verdict).toMatchObject({
      status: 'FAILED',
      reasonCode: 'UNAPPROVED_UPSTREAM',
      severity: 'MEDIUM',
      evidence: { upstreams: 'quay from quay.io' },
    });
    expect(verdict.reason).toContain('quay from quay.io');
  });

  it('names only the rules that are not approved', () => {
    const rules = [{ upstreamUrl: 'quay.io' }, { upstreamUrl: 'ghcr.io', repositoryPrefix: 'github' }];

    const { reason } = judge(rules, { settings: { approvedRegistries: ['quay.io'] } });

    expect(reason).toContain('github from ghcr.io');
    expect(reason).not.toContain('quay.io');
  });

  it.each<[string, Partial<PullThroughCacheRule>]>([
    ['the own account', { upstreamUrl: privateEcr(ACCOUNT) }],
    ['an account of the organization', { upstreamUrl: privateEcr(SIBLING) }],
    ['the dual-stack name of one', { upstreamUrl: `${SIBLING}.dkr-ecr.eu-west-1.on.aws` }],
    ['the EKS add-ons', { upstreamUrl: privateEcr('602401143452') }],
    ['AWS’s own public images', { upstreamUrl: 'public.ecr.aws', upstreamPrefix: 'eks' }],
    ['a part of those', { upstreamUrl: 'public.ecr.aws', upstreamPrefix: 'eks/coredns' }],
  ])('approves %s', (_, rule) => {
    expect(judge([rule]).reasonCode).toBe('NEEDS_KUBERNETES_ACCESS');
  });

  it.each([
    ['aws-cn', 'cn-north-1', 'dkr.ecr.cn-northwest-1.amazonaws.com.cn'],
    ['aws-cn', 'cn-north-1', 'dkr-ecr.cn-north-1.on.amazonwebservices.com.cn'],
    ['aws-eusc', 'eusc-de-east-1', 'dkr.ecr.eusc-de-east-1.amazonaws.eu'],
    ['aws-us-gov', 'us-gov-west-1', 'dkr.ecr-fips.us-gov-west-1.amazonaws.com'],
    ['aws-iso-b', 'us-isob-east-1', 'dkr.ecr.us-isob-east-1.sc2s.sgov.gov'],
  ])('approves private ECR of the organization in %s', (partition, region, host) => {
    const upstream = { upstreamUrl: `${SIBLING}.${host}` };
    const scope = { ...SCOPE, partition, region };

    expect(judge([upstream], { scope }).reasonCode).toBe('NEEDS_KUBERNETES_ACCESS');
    expect(judge([upstream]).reasonCode).toBe('UNAPPROVED_UPSTREAM');
  });

  it.each([
    ['aws-cn', 'cn-north-1', '918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn'],
    ['aws-eusc', 'eusc-de-east-1', '877088126301.dkr.ecr.eusc-de-east-1.amazonaws.eu'],
    ['aws-us-gov', 'us-gov-east-1', '151742754352.dkr.ecr.us-gov-east-1.amazonaws.com'],
  ])('approves the registry of the EKS add-ons in %s', (partition, region, upstreamUrl) => {
    const scope = { ...SCOPE, partition, region };

    expect(judge([{ upstreamUrl }], { scope }).reasonCode).toBe('NEEDS_KUBERNETES_ACCESS');
  });

  it.each([
    ['dkr.ecr.eu-west-1.amazonaws.eu'],
    ['dkr.ecr.eusc-de-east-1.amazonaws.com'],
    ['dkr.ecr.us-gov-west-1.amazonaws.com'],
    ['dkr.ecr.eu-west-1.amazonaws.com.example.com'],
  ])('does not approve %s of an account in aws', (host) => {
    expect(judge([{ upstreamUrl: `${SIBLING}.${host}` }]).reasonCode).toBe('UNAPPROVED_UPSTREAM');
  });

  it.each<[string, Partial<PullThroughCacheRule>]>([
    ['all of public ECR', { upstreamUrl: 'public.ecr.aws' }],
    ['all of public ECR, as ROOT', { upstreamUrl: 'public.ecr.aws', upstreamPrefix: 'ROOT' }],
    ['what is only called alike', { upstreamUrl: 'public.ecr.aws', upstreamPrefix: 'eks-distribution' }],
    ['an account outside', { upstreamUrl: privateEcr(STRANGER) }],
    ['a name that only begins like an account’s', { upstreamUrl: `${privateEcr(ACCOUNT)}.example.com` }],
  ])('does not approve %s', (_, rule) => {
    expect(judge([rule]).reasonCode).toBe('UNAPPROVED_UPSTREAM');
  });

  it.each<[string, Partial<PullThroughCacheRule>]>([
    ['ghcr.io', { upstreamUrl: 'ghcr.io' }],
    ['ghcr.io/*', { upstreamUrl: 'ghcr.io' }],
    ['ghcr.io/our-company/*', { upstreamUrl: 'ghcr.io', upstreamPrefix: 'our-company' }],
    ['docker.io', { upstreamUrl: 'registry-1.docker.io' }],
    ['ghcr.io/our-company/*', { upstreamUrl: 'ghcr.io/', upstreamPrefix: 'our-company' }],
    ['quay.io/*', { upstreamUrl: 'https://quay.io' }],
    ['ghcr.io/*', { upstreamUrl: 'ghcr.io', upstreamPrefix: 'ROOT' }],
    ['docker.io/library/*', { upstreamUrl: 'registry-1.docker.io', upstreamPrefix: 'library' }],
    ['*.azurecr.io', { upstreamUrl: 'ours.azurecr.io' }],
  ])('approves what approvedRegistries has as %s', (pattern, rule) => {
    expect(judge([rule], { settings: { approvedRegistries: [pattern] } }).reasonCode).toBe(
      'NEEDS_KUBERNETES_ACCESS',
    );
  });

  it('does not approve a whole upstream when a part of it is approved', () => {
    const settings = { approvedRegistries: ['ghcr.io/our-company/*'] };

    expect(judge([{ upstreamUrl: 'ghcr.io' }], { settings }).reasonCode).toBe('UNAPPROVED_UPSTREAM');
  });

  it('is not available when an upstream may belong to an organization that is not known', () => {
    const organization = anOrganization({ membersUnreadable: denied('organizations:ListAccounts') });

    const verdict = judge([{ upstreamUrl: privateEcr(STRANGER) }], { organization });

    expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCode: 'EVIDENCE_UNREADABLE' });
    expect(verdict.reason).toContain('organizations:ListAccounts failed with AccessDeniedException');
    expect(judge([{ upstreamUrl: privateEcr(SIBLING) }], { organization }).status).toBe('WARNING');
    expect(judge([{ upstreamUrl: 'quay.io' }], { organization }).reasonCode).toBe('UNAPPROVED_UPSTREAM');
  });

  it('is not available when the rules cannot be read', () => {
    const region = { pullThroughCacheRules: denied('ecr:DescribePullThroughCacheRules') };

    expect(verdictOf(approvedRegistries, { region }).status).toBe('NOT_AVAILABLE');
  });
});
