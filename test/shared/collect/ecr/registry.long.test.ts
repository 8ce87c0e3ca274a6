import { describe, expect, it } from 'vitest';
import type { AccountBuilder } from '../../../../infra/sandbox/account-builder.ts';
import type { Sandbox } from '../../../../infra/sandbox/sandbox.ts';
import { approvedRegistries } from '../../../../shared/evaluate/controls/approved-registries.ts';
import { ecrAccessRepositories } from '../../../../shared/evaluate/controls/ecr-access-repositories.ts';
import { ecrImageScanning } from '../../../../shared/evaluate/controls/ecr-image-scanning.ts';
import type { Control } from '../../../../shared/model/control.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import type { RegionFacts } from '../../../../shared/model/facts.ts';
import { aTestOrganization, PAYMENTS, REGION, signedIn } from '../../../harness.ts';
import { collectedFor, valueIn } from '../collected.ts';

const region = REGION;

/** An account with a cluster and this registry. */
function aWorld(build: (account: AccountBuilder) => unknown): Promise<Sandbox> {
  return signedIn(
    aTestOrganization().account(PAYMENTS, {}, (account) => {
      account.cluster('orders', { region });
      build(account);
    }),
  );
}

async function factsFor(sandbox: Sandbox, ...controls: readonly Control[]): Promise<Partial<RegionFacts>> {
  return (await collectedFor(sandbox, controls)).regions[0]?.facts ?? {};
}

function withRepositories(count: number): (account: AccountBuilder) => void {
  return (account) => {
    for (let index = 0; index < count; index += 1) account.repository(`shop/app-${index}`, { region });
  };
}

/** Deletes a repository while requests for an operation are answered. */
function deleteDuring(sandbox: Sandbox, operation: string, name: string): void {
  sandbox.fail({
    operation,
    with: 'ServerError',
    match: () => {
      const { data } = sandbox.account(PAYMENTS);
      data.repositories = data.repositories.filter(({ repositoryName }) => repositoryName !== name);
      return false;
    },
  });
}

function calls(sandbox: Sandbox): Record<string, number> {
  const ecr = sandbox.log.filter(({ service }) => service === 'ecr');
  const counts = Map.groupBy(ecr, ({ operation }) => operation);
  return Object.fromEntries([...counts].map(([operation, entries]) => [operation, entries.length]));
}

describe('a registry', () => {
  it('is read with the type of its scanning and its rules', async () => {
    const repositoryFilters = [{ filter: 'shop/*', filterType: 'WILDCARD' as const }];
    const sandbox = await aWorld((account) =>
      account.registry({
        region,
        scanning: { scanType: 'ENHANCED', rules: [{ scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters }] },
      }),
    );

    const { registryScanning } = await factsFor(sandbox, ecrImageScanning);

    expect(registryScanning).toEqual(
      present({ scanType: 'ENHANCED', rules: [{ scanFrequency: 'CONTINUOUS_SCAN', filters: ['shop/*'] }] }),
    );
  });

  it('has a policy, or none', async () => {
    const policy = '{"Version":"2012-10-17","Statement":[]}';
    const without = await aWorld(() => {});
    const facts = await factsFor(without, ecrAccessRepositories);
    const having = await aWorld((account) => account.registry({ region, policy }));

    expect(facts.registryPolicy).toEqual(absent);
    expect((await factsFor(having, ecrAccessRepositories)).registryPolicy).toEqual(present(policy));
  });

  it('has pull-through cache rules, on any number of pages', async () => {
    const rules = Array.from({ length: 101 }, (_, index) => ({
      ecrRepositoryPrefix: `cache-${index}`,
      upstreamRegistryUrl: 'public.ecr.aws',
      ...(index === 100 && { upstreamRepositoryPrefix: 'eks' }),
    }));
    const sandbox = await aWorld((account) => account.registry({ region, pullThroughCacheRules: rules }));

    const { pullThroughCacheRules } = await factsFor(sandbox, approvedRegistries);

    expect(valueIn(pullThroughCacheRules)).toHaveLength(101);
    expect(valueIn(pullThroughCacheRules).at(-1)).toEqual({
      repositoryPrefix: 'cache-100',
      upstreamUrl: 'public.ecr.aws',
      upstreamPrefix: 'eks',
    });
  });

  it('that may not be read has every fact unreadable, with the operation', async () => {
    const sandbox = await aWorld(() => {});
    sandbox.fail({ operation: 'ecr:*', with: 'AccessDenied' });

    const facts = await factsFor(sandbox, ecrImageScanning, ecrAccessRepositories, approvedRegistries);

    expect(facts).toMatchObject({
      registryScanning: { state: 'unreadable', operation: 'ecr:GetRegistryScanningConfiguration' },
      repositories: { state: 'unreadable', operation: 'ecr:DescribeRepositories' },
      repositoryScanning: { state: 'unreadable', operation: 'ecr:DescribeRepositories' },
      repositoryPolicies: { state: 'unreadable', operation: 'ecr:DescribeRepositories' },
      registryPolicy: { state: 'unreadable', operation: 'ecr:GetRegistryPolicy' },
      pullThroughCacheRules: { state: 'unreadable', operation: 'ecr:DescribePullThroughCacheRules' },
    });
  });
});

describe('repositories', () => {
  it('are all read when there are 1,001, each page once', async () => {
    const sandbox = await aWorld(withRepositories(1_001));

    const { repositories, repositoryScanning, repositoryPolicies } = await factsFor(
      sandbox,
      ecrImageScanning,
      ecrAccessRepositories,
    );

    expect(valueIn(repositories)).toHaveLength(1_001);
    expect(Object.keys(valueIn(repositoryScanning))).toHaveLength(1_001);
    expect(Object.keys(valueIn(repositoryPolicies))).toHaveLength(1_001);
    expect(calls(sandbox)).toEqual({
      'ecr:DescribeRepositories': 2,
      'ecr:GetRegistryScanningConfiguration': 1,
      'ecr:BatchGetRepositoryScanningConfiguration': 41,
      'ecr:GetRepositoryPolicy': 1_001,
      'ecr:GetRegistryPolicy': 1,
    });
    expect(sandbox.maxInFlight).toBeLessThanOrEqual(40);
  });

  it('have their scanning read in batches of 25: 26 take two', async () => {
    const sandbox = await aWorld(withRepositories(26));

    const { repositoryScanning } = await factsFor(sandbox, ecrImageScanning);

    const operation = 'ecr:BatchGetRepositoryScanningConfiguration';
    const sizes = sandbox
      .calls({ operation })
      .map(({ params }) => String(params.repositoryNames).split(',').length);
    expect(sizes.sort()).toEqual([1, 25]);
    expect(Object.keys(valueIn(repositoryScanning))).toHaveLength(26);
  });

  it('have the scan frequency that is in force and their own setting', async () => {
    const sandbox = await aWorld((account) =>
      account
        .repository('shop/api', { region, imageScanningConfiguration: { scanOnPush: true } })
        .repository('shop/web', { region }),
    );

    const { repositories, repositoryScanning } = await factsFor(sandbox, ecrImageScanning);

    expect(valueIn(repositories)).toEqual([
      { name: 'shop/api', arn: `arn:aws:ecr:${region}:${PAYMENTS}:repository/shop/api`, scanOnPush: true },
      { name: 'shop/web', arn: `arn:aws:ecr:${region}:${PAYMENTS}:repository/shop/web`, scanOnPush: false },
    ]);
    expect(valueIn(repositoryScanning)).toEqual({
      'shop/api': present('SCAN_ON_PUSH'),
      'shop/web': present('MANUAL'),
    });
  });

  it('have a policy, or none', async () => {
    const policy = '{"Version":"2012-10-17","Statement":[]}';
    const sandbox = await aWorld((account) =>
      account.repository('shop/api', { region, policy }).repository('shop/web', { region }),
    );

    const { repositoryPolicies } = await factsFor(sandbox, ecrAccessRepositories);

    expect(valueIn(repositoryPolicies)).toEqual({ 'shop/api': present(policy), 'shop/web': absent });
  });

  it('have no policies read when only scanning is judged, and the other way round', async () => {
    const sandbox = await aWorld(withRepositories(1));

    await factsFor(sandbox, ecrImageScanning);
    expect(calls(sandbox)).not.toHaveProperty('ecr:GetRepositoryPolicy');

    sandbox.clearLog();
    await factsFor(sandbox, ecrAccessRepositories);
    expect(calls(sandbox)).not.toHaveProperty('ecr:BatchGetRepositoryScanningConfiguration');
  });

  it.each([
    ['repositoryScanning' as const, 'ecr:BatchGetRepositoryScanningConfiguration', ecrImageScanning],
    ['repositoryPolicies' as const, 'ecr:GetRepositoryPolicy', ecrAccessRepositories],
  ])('that are deleted meanwhile are not in %s', async (fact, operation, control) => {
    const sandbox = await aWorld(withRepositories(3));
    deleteDuring(sandbox, operation, 'shop/app-1');

    const facts = await factsFor(sandbox, control);

    expect(Object.keys(valueIn(facts[fact])).sort()).toEqual(['shop/app-0', 'shop/app-2']);
  });

  it('keep what was read of them when one policy is denied', async () => {
    const sandbox = await aWorld(withRepositories(3));
    sandbox.fail({
      operation: 'ecr:GetRepositoryPolicy',
      with: 'AccessDenied',
      match: ({ repositoryName }) => repositoryName === 'shop/app-1',
    });

    const { repositoryPolicies } = await factsFor(sandbox, ecrAccessRepositories);

    expect(valueIn(repositoryPolicies)).toMatchObject({
      'shop/app-0': { state: 'absent' },
      'shop/app-1': { state: 'unreadable', kind: 'denied', operation: 'ecr:GetRepositoryPolicy' },
      'shop/app-2': { state: 'absent' },
    });
  });

  it('are read although scanning is denied for some of their batch', async () => {
    const sandbox = await aWorld(withRepositories(26));
    sandbox.fail({
      operation: 'ecr:BatchGetRepositoryScanningConfiguration',
      with: 'AccessDenied',
      match: ({ repositoryNames }) => /app-(3|14)\b/.test(String(repositoryNames)),
    });

    const { repositoryScanning } = await factsFor(sandbox, ecrImageScanning);

    const read = Object.entries(valueIn(repositoryScanning));
    const refused = read.flatMap(([name, { state }]) => (state === 'unreadable' ? [name] : []));
    expect(read).toHaveLength(26);
    expect(refused.sort()).toEqual(['shop/app-14', 'shop/app-3']);
  });

  it('whose scanning is denied altogether are not all requested one by one', async () => {
    const sandbox = await aWorld(withRepositories(200));
    const operation = 'ecr:BatchGetRepositoryScanningConfiguration';
    sandbox.fail({ operation, with: 'AccessDenied' });

    const { repositoryScanning } = await factsFor(sandbox, ecrImageScanning);

    expect(Object.values(valueIn(repositoryScanning)).every(({ state }) => state === 'unreadable')).toBe(
      true,
    );
    expect(sandbox.calls({ operation }).length).toBeLessThanOrEqual(8 + 100);
  });

  it('of one failed batch are unreadable, those of another are not', async () => {
    const sandbox = await aWorld(withRepositories(26));
    sandbox.fail({
      operation: 'ecr:BatchGetRepositoryScanningConfiguration',
      with: 'Malformed',
      match: ({ repositoryNames }) => String(repositoryNames).split(',').length === 1,
    });

    const { repositoryScanning } = await factsFor(sandbox, ecrImageScanning);

    const states = Object.entries(valueIn(repositoryScanning)).map(([name, { state }]) => [name, state]);
    expect(states.filter(([, state]) => state !== 'present')).toEqual([['shop/app-25', 'unreadable']]);
  });
});
