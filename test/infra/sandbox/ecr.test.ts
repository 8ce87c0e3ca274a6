import {
  BatchGetRepositoryScanningConfigurationCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRegistryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  paginateDescribePullThroughCacheRules,
  paginateDescribeRepositories,
} from '@aws-sdk/client-ecr';
import { describe, expect, it } from 'vitest';
import type { AccountBuilder } from '../../../infra/sandbox/account-builder.ts';
import type { RegistrySpec } from '../../../infra/sandbox/resources/ecr.ts';
import { filterSelects } from '../../../infra/sandbox/services/ecr.ts';
import { anOrganization } from '../../../infra/sandbox/world.ts';
import { as, member, names, other, region, running } from './support.ts';

async function registry(build: (account: AccountBuilder) => unknown) {
  const sandbox = await running(anOrganization().account(member, {}, build).account(other));
  return { sandbox, client: new ECRClient(as(sandbox, member)) };
}

const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr:*' }] };

describe('repositories', () => {
  it('are described with the defaults of ECR', async () => {
    const { client } = await registry((account) =>
      account.repository('apps/web', { region, tags: { team: 'red' } }),
    );
    const { repositories } = await client.send(new DescribeRepositoriesCommand({}));
    const repositoryArn = `arn:aws:ecr:${region}:${member}:repository/apps/web`;
    expect(repositories).toMatchObject([
      { repositoryName: 'apps/web', repositoryArn, imageScanningConfiguration: { scanOnPush: false } },
    ]);
    expect(repositories?.[0]?.createdAt).toBeInstanceOf(Date);
    expect(repositories?.[0]).not.toHaveProperty('tags');
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn: repositoryArn }));
    expect(tags).toEqual([{ Key: 'team', Value: 'red' }]);
  });

  it('are listed in pages of 100 by default and of 1,000 at most', async () => {
    const { client } = await registry((account) => {
      for (const name of names(1001, 'repo')) {
        account.repository(name, { region });
      }
    });
    const sizes: number[] = [];
    for await (const { repositories = [] } of paginateDescribeRepositories({ client, pageSize: 1000 }, {})) {
      sizes.push(repositories.length);
    }
    expect(sizes).toEqual([1000, 1]);
    expect((await client.send(new DescribeRepositoriesCommand({}))).repositories).toHaveLength(100);
    await expect(client.send(new DescribeRepositoriesCommand({ maxResults: 1001 }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  it('belong to their account and Region', async () => {
    const { sandbox } = await registry((account) => account.repository('web', { region }));
    for (const config of [as(sandbox, other), as(sandbox, member, 'us-east-1')]) {
      expect((await new ECRClient(config).send(new DescribeRepositoriesCommand({}))).repositories).toEqual(
        [],
      );
    }
  });

  it('are described by name, 100 at most per request', async () => {
    const { client } = await registry((account) =>
      account.repository('web', { region }).repository('api', { region }),
    );
    const named = await client.send(new DescribeRepositoriesCommand({ repositoryNames: ['api'] }));
    expect(named.repositories?.map(({ repositoryName }) => repositoryName)).toEqual(['api']);
    await expect(
      client.send(new DescribeRepositoriesCommand({ repositoryNames: ['no'] })),
    ).rejects.toMatchObject({
      name: 'RepositoryNotFoundException',
    });
    for (const repositoryNames of [names(101, 'repo'), ['UPPER'], []]) {
      await expect(client.send(new DescribeRepositoriesCommand({ repositoryNames }))).rejects.toMatchObject({
        name: 'InvalidParameterException',
      });
    }
  });
});

describe('policies', () => {
  it('of repositories are returned, or RepositoryPolicyNotFoundException', async () => {
    const { client } = await registry((account) =>
      account.repository('open', { region, policy }).repository('plain', { region }),
    );
    const open = await client.send(new GetRepositoryPolicyCommand({ repositoryName: 'open' }));
    expect(JSON.parse(open.policyText ?? '')).toEqual(policy);
    await expect(
      client.send(new GetRepositoryPolicyCommand({ repositoryName: 'plain' })),
    ).rejects.toMatchObject({
      name: 'RepositoryPolicyNotFoundException',
    });
    await expect(
      client.send(new GetRepositoryPolicyCommand({ repositoryName: 'gone' })),
    ).rejects.toMatchObject({
      name: 'RepositoryNotFoundException',
    });
  });

  it('of the registry are returned, or RegistryPolicyNotFoundException', async () => {
    const { sandbox, client } = await registry((account) => account.registry({ region, policy }));
    expect(JSON.parse((await client.send(new GetRegistryPolicyCommand({}))).policyText ?? '')).toEqual(
      policy,
    );
    const elsewhere = new ECRClient(as(sandbox, member, 'us-east-1'));
    await expect(elsewhere.send(new GetRegistryPolicyCommand({}))).rejects.toMatchObject({
      name: 'RegistryPolicyNotFoundException',
    });
    expect((await elsewhere.send(new DescribeRegistryCommand({}))).registryId).toBe(member);
  });
});

describe('scanning', () => {
  const filters = (...wildcards: string[]) =>
    wildcards.map((filter) => ({ filter, filterType: 'WILDCARD' as const }));
  const rules = (scanType: 'BASIC' | 'ENHANCED', continuous: string[], onPush: string[]): RegistrySpec => ({
    region,
    scanning: {
      scanType,
      rules: [
        { scanFrequency: 'SCAN_ON_PUSH', repositoryFilters: filters(...onPush) },
        { scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: filters(...continuous) },
      ],
    },
  });

  it('of a default registry is basic and has no rules', async () => {
    const { client } = await registry(() => undefined);
    const { scanningConfiguration } = await client.send(new GetRegistryScanningConfigurationCommand({}));
    expect(scanningConfiguration).toEqual({ scanType: 'BASIC', rules: [] });
  });

  it.each([
    ['continuous before on push', rules('ENHANCED', ['prod*'], ['*']), 'prod/web', false, 'CONTINUOUS_SCAN'],
    [
      'on push where only that selects it',
      rules('ENHANCED', ['prod*'], ['*']),
      'test/web',
      false,
      'SCAN_ON_PUSH',
    ],
    [
      'manual where no filter selects it',
      rules('ENHANCED', ['prod*'], ['test*']),
      'dev/web',
      false,
      'MANUAL',
    ],
    [
      'manual, its own setting being ignored when enhanced',
      rules('ENHANCED', ['prod*'], []),
      'dev/web',
      true,
      'MANUAL',
    ],
    ['on push by its own setting when basic', { region }, 'dev/web', true, 'SCAN_ON_PUSH'],
    ['on push by the rules when basic', rules('BASIC', [], ['dev*']), 'dev/web', false, 'SCAN_ON_PUSH'],
    ['manual when basic and nothing is set', { region }, 'dev/web', false, 'MANUAL'],
  ])('of a repository is %s', async (_case, spec, name, scanOnPush, expected) => {
    const { client } = await registry((account) =>
      account.registry(spec).repository(name, { region, imageScanningConfiguration: { scanOnPush } }),
    );
    const { scanningConfigurations } = await client.send(
      new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: [name] }),
    );
    expect(scanningConfigurations).toMatchObject([{ repositoryName: name, scanFrequency: expected }]);
  });

  it('is returned for at most 25 repositories per request, with those that do not exist', async () => {
    const { client } = await registry((account) => {
      for (const name of names(26, 'repo')) {
        account.repository(name, { region });
      }
    });
    const scanningOf = (repositoryNames: string[]) =>
      client.send(new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames }));
    await expect(scanningOf(names(26, 'repo'))).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const answer = await scanningOf([...names(24, 'repo'), 'missing']);
    expect(answer.scanningConfigurations).toHaveLength(24);
    expect(answer.failures).toMatchObject([
      { repositoryName: 'missing', failureCode: 'REPOSITORY_NOT_FOUND' },
    ]);
  });

  it.each([
    ['*', 'any/thing', true],
    ['prod*', 'prod/web', true],
    ['prod*', 'my/prod', false],
    ['*web', 'prod/web', true],
    ['p*d/w*b', 'prod/web', true],
    ['prod', 'my/prod-web', true],
    ['prod', 'my/web', false],
    ['a.b*', 'axb', false],
  ])('filter %s on %s: %s', (filter, name, selects) => {
    expect(filterSelects(filter, name)).toBe(selects);
  });
});

describe('pull-through cache rules', () => {
  it('are listed in pages', async () => {
    const pullThroughCacheRules = names(101, 'cache').map((ecrRepositoryPrefix) => ({
      ecrRepositoryPrefix,
      upstreamRegistryUrl: 'registry-1.docker.io',
      upstreamRegistry: 'docker-hub' as const,
    }));
    const { client } = await registry((account) => account.registry({ region, pullThroughCacheRules }));
    const found: (string | undefined)[] = [];
    for await (const page of paginateDescribePullThroughCacheRules({ client }, {})) {
      found.push(...(page.pullThroughCacheRules ?? []).map(({ ecrRepositoryPrefix }) => ecrRepositoryPrefix));
    }
    expect(found).toEqual(names(101, 'cache'));
    const missing = new DescribePullThroughCacheRulesCommand({ ecrRepositoryPrefixes: ['none'] });
    await expect(client.send(missing)).rejects.toMatchObject({
      name: 'PullThroughCacheRuleNotFoundException',
    });
  });
});
