import type { Scope } from '../../model/scope.ts';
import type { Resources } from '../iam/statement.ts';
import { compilePattern, compileWildcards } from '../patterns/pattern.ts';
import type { EcrResource } from './ecr-actions.ts';
import { REPOSITORY_ARNS } from './repository-arns.ts';

/**
 * Actions on the registry as a whole take no resource: a statement has to say `*` to include them (Service
 * Authorization Reference, "Resource types").
 */
const NO_RESOURCE = compilePattern('*', { wildcards: false, variables: false });

/** Resources by the kind of the actions on them; `any` is for actions of which the kind is not known. */
export type EcrResources = Readonly<Record<EcrResource | 'any', Resources>>;

/** What requests to registries are on. `*` stands for every partition, Region or account. */
export function ecrResourcesIn({ partition, region, accountId }: Scope): EcrResources {
  const registry = `arn:${partition}:ecr:${region}:${accountId}`;
  return {
    repository: { patterns: [compileWildcards(`${registry}:repository/*`)], language: REPOSITORY_ARNS },
    registry: { patterns: [NO_RESOURCE] },
    any: { patterns: [compileWildcards(`${registry}:*`), NO_RESOURCE] },
  };
}

/** What the requests are on that a repository's policy is evaluated for: none is on the registry as a whole. */
export function onlyRepository(arn: string): EcrResources {
  const repository = { patterns: [compilePattern(arn, { wildcards: false, variables: false })] };
  return { repository, registry: { patterns: [] }, any: repository };
}
