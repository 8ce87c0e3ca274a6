import type { RegistryScanningRule } from '@aws-sdk/client-ecr';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { paginate } from '../paging.ts';
import type { Plain } from '../plain.ts';
import { withEpochSeconds } from '../protocols/epoch.ts';
import { jsonProtocol } from '../protocols/json.ts';
import { makeRegistry, type RegistryResource, type RepositoryResource } from '../resources/ecr.ts';
import { type Call, operation, type Service } from '../service.ts';

const invalid = (message: string) => new AwsError('InvalidParameterException', message);
const repositoryNameSchema = z
  .string()
  .min(2)
  .max(256)
  .regex(/^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/);
const registryId = z
  .string()
  .regex(/^\d{12}$/)
  .optional();
const page = { maxResults: z.number().int().min(1).max(1000).optional(), nextToken: z.string().optional() };

type PageParams = { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined };

/** The repositories of a registry, by default the caller's; none for the registry of another account. */
function repositoriesOf({ account, region }: Call, registry: string | undefined): RepositoryResource[] {
  const own = registry === undefined || registry === account.id;
  return own ? account.repositories.filter((repository) => repository.region === region) : [];
}

/** @throws AwsError RepositoryNotFoundException */
function findRepository(call: Call, name: string, registry: string | undefined): RepositoryResource {
  const { account, region } = call;
  const isFound = (repository: RepositoryResource) =>
    repository.repositoryName === name && repository.region === region;
  const found = (registry ?? account.id) === account.id ? account.repositories.find(isFound) : undefined;
  if (found === undefined) {
    const id = registry ?? account.id;
    throw new AwsError(
      'RepositoryNotFoundException',
      `The repository with name '${name}' does not exist in the registry with id '${id}'`,
    );
  }
  return found;
}

function registryOf({ account, region, state }: Call): RegistryResource {
  const scope = { partition: state.world.partition, accountId: account.id, region };
  return account.registries.find((registry) => registry.region === region) ?? makeRegistry(scope, { region });
}

function repositoryShape({ region, policy, tags, ...shape }: RepositoryResource) {
  return withEpochSeconds(shape);
}

/**
 * Whether a scanning filter selects a repository: `*` stands for any text; a filter without one selects every
 * name that contains it.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html
 */
export function filterSelects(filter: string, name: string): boolean {
  if (!filter.includes('*')) {
    return name.includes(filter);
  }
  const pattern = filter.split('*').map((part) => part.replace(/[.\\+^$?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(name);
}

const frequencies = ['CONTINUOUS_SCAN', 'SCAN_ON_PUSH'] as const;

function selectingFilters(rule: Plain<RegistryScanningRule>, name: string) {
  return (rule.repositoryFilters ?? []).filter(({ filter }) => filterSelects(filter ?? '', name));
}

/** The scanning of one repository by the rules of its registry and, if that is BASIC, by its own setting. */
function effectiveScanning(repository: RepositoryResource, { scanning }: RegistryResource) {
  const { repositoryArn, repositoryName: name } = repository;
  const base = { repositoryArn, repositoryName: name };
  for (const scanFrequency of frequencies) {
    const rules = (scanning.rules ?? []).filter((rule) => rule.scanFrequency === scanFrequency);
    const appliedScanFilters = rules.flatMap((rule) => selectingFilters(rule, name));
    if (appliedScanFilters.length > 0) {
      return { ...base, scanOnPush: true, scanFrequency, appliedScanFilters };
    }
  }
  const scanOnPush =
    scanning.scanType !== 'ENHANCED' && repository.imageScanningConfiguration?.scanOnPush === true;
  return {
    ...base,
    scanOnPush,
    scanFrequency: scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL',
    appliedScanFilters: [],
  };
}

const describeRepositories = operation(
  z.strictObject({
    registryId,
    repositoryNames: z.array(repositoryNameSchema).min(1).max(100).optional(),
    ...page,
  }),
  (params, call) => {
    const { repositoryNames } = params;
    if (repositoryNames !== undefined) {
      requireWhole('repositoryNames', params);
      return {
        repositories: repositoryNames.map((name) =>
          repositoryShape(findRepository(call, name, params.registryId)),
        ),
      };
    }
    const all = repositoriesOf(call, params.registryId);
    const { items, nextToken } = onePage('repositories', all, params);
    return { repositories: items.map(repositoryShape), nextToken };
  },
);

/** What is asked for by name is answered as a whole. @throws AwsError InvalidParameterException */
function requireWhole(by: string, { maxResults, nextToken }: PageParams): void {
  if (maxResults !== undefined || nextToken !== undefined) {
    throw invalid(`maxResults and nextToken cannot be used with ${by}`);
  }
}

function onePage<Item>(list: string, items: readonly Item[], params: PageParams) {
  const { maxResults = 100, nextToken: token } = params;
  return paginate(items, { list, size: maxResults, token, invalidToken: invalid });
}

const batchGetScanning = operation(
  z.strictObject({ repositoryNames: z.array(repositoryNameSchema).min(1).max(25) }),
  ({ repositoryNames }, call) => {
    const registry = registryOf(call);
    const known = new Map(
      repositoriesOf(call, undefined).map((repository) => [repository.repositoryName, repository]),
    );
    return {
      scanningConfigurations: repositoryNames.flatMap((name) => {
        const repository = known.get(name);
        return repository === undefined ? [] : [effectiveScanning(repository, registry)];
      }),
      failures: repositoryNames
        .filter((name) => !known.has(name))
        .map((name) => ({
          repositoryName: name,
          failureCode: 'REPOSITORY_NOT_FOUND',
          failureReason: `The repository with name '${name}' does not exist`,
        })),
    };
  },
);

const getRepositoryPolicy = operation(
  z.strictObject({ registryId, repositoryName: repositoryNameSchema }),
  (params, call) => {
    const { policy, repositoryName: name } = findRepository(call, params.repositoryName, params.registryId);
    if (policy === null) {
      throw new AwsError(
        'RepositoryPolicyNotFoundException',
        `Repository policy does not exist for the repository with name '${name}' in the registry with id '${call.account.id}'`,
      );
    }
    return { registryId: call.account.id, repositoryName: name, policyText: policy };
  },
);

const getRegistryPolicy = operation(z.strictObject({}), (_params, call) => {
  const { policy } = registryOf(call);
  if (policy === null) {
    throw new AwsError(
      'RegistryPolicyNotFoundException',
      `Registry policy does not exist in the registry with id '${call.account.id}'`,
    );
  }
  return { registryId: call.account.id, policyText: policy };
});

const describePullThroughCacheRules = operation(
  z.strictObject({
    registryId,
    ecrRepositoryPrefixes: z.array(z.string()).min(1).max(100).optional(),
    ...page,
  }),
  (params, call) => {
    const { ecrRepositoryPrefixes: prefixes } = params;
    if (prefixes !== undefined) {
      requireWhole('ecrRepositoryPrefixes', params);
    }
    const rules = registryOf(call).pullThroughCacheRules;
    const missing = prefixes?.find(
      (prefix) => !rules.some(({ ecrRepositoryPrefix }) => ecrRepositoryPrefix === prefix),
    );
    if (missing !== undefined) {
      throw new AwsError(
        'PullThroughCacheRuleNotFoundException',
        `No pull through cache rule has the prefix '${missing}'`,
      );
    }
    const selected = rules.filter((rule) => prefixes?.includes(rule.ecrRepositoryPrefix ?? '') ?? true);
    const { items, nextToken } = onePage('pull-through cache rules', selected, params);
    return { pullThroughCacheRules: withEpochSeconds(items), nextToken };
  },
);

const listTagsForResource = operation(
  z.strictObject({ resourceArn: z.string() }),
  ({ resourceArn }, call) => {
    const repository = repositoriesOf(call, undefined).find(
      ({ repositoryArn }) => repositoryArn === resourceArn,
    );
    if (repository === undefined) {
      throw new AwsError('RepositoryNotFoundException', `The repository '${resourceArn}' does not exist`);
    }
    return { tags: Object.entries(repository.tags).map(([Key, Value]) => ({ Key, Value })) };
  },
);

export const ecrService: Service = {
  name: 'ecr',
  signingName: 'ecr',
  protocol: jsonProtocol,
  target: 'AmazonEC2ContainerRegistry_V20150921',
  invalid,
  operations: {
    BatchGetRepositoryScanningConfiguration: batchGetScanning,
    DescribePullThroughCacheRules: describePullThroughCacheRules,
    DescribeRegistry: operation(z.strictObject({}), (_params, { account }) => {
      return { registryId: account.id, replicationConfiguration: { rules: [] } };
    }),
    DescribeRepositories: describeRepositories,
    GetRegistryPolicy: getRegistryPolicy,
    GetRegistryScanningConfiguration: operation(z.strictObject({}), (_params, call) => {
      return { registryId: call.account.id, scanningConfiguration: registryOf(call).scanning };
    }),
    GetRepositoryPolicy: getRepositoryPolicy,
    ListTagsForResource: listTagsForResource,
  },
};
