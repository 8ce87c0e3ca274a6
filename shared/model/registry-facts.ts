import * as z from 'zod';
import type { Evidence, Reading } from './evidence.ts';

/** From ecr:GetRegistryScanningConfiguration. */
const registryScanningSchema = z.object({
  /** `BASIC` or `ENHANCED`. */
  scanType: z.string().min(1),
  /** Which repositories are scanned how often; `filters` are names with `*`. */
  rules: z.array(z.object({ scanFrequency: z.string().min(1), filters: z.array(z.string()) })),
});
export type RegistryScanning = z.infer<typeof registryScanningSchema>;

/** From ecr:DescribeRepositories. */
const repositorySchema = z.object({
  name: z.string().min(1),
  arn: z.string().min(1),
  /** The repository's own setting, which applies only in a registry of type BASIC. */
  scanOnPush: z.boolean().optional(),
});
export type Repository = z.infer<typeof repositorySchema>;

/** From ecr:DescribePullThroughCacheRules. */
const pullThroughCacheRuleSchema = z.object({
  /** What the names of cached repositories begin with. */
  repositoryPrefix: z.string().min(1),
  /** The upstream registry's host, for example `public.ecr.aws`. */
  upstreamUrl: z.string().min(1),
  /** The only repositories of the upstream that are fetched; `ROOT` and none mean all of them. */
  upstreamPrefix: z.string().optional(),
});
export type PullThroughCacheRule = z.infer<typeof pullThroughCacheRuleSchema>;

/** What was read of each repository, by name, without those that were deleted since they were listed. */
export type ByRepository<E> = Readonly<Record<string, E>>;

/** The private registry of an account in a Region. */
export interface RegistryFacts {
  readonly registryScanning: Reading<RegistryScanning>;
  readonly repositories: Reading<readonly Repository[]>;
  /** The scan frequency in force, such as `SCAN_ON_PUSH`, from ecr:BatchGetRepositoryScanningConfiguration. */
  readonly repositoryScanning: Reading<ByRepository<Reading<string>>>;
  /** The documents, from ecr:GetRepositoryPolicy; absent for a repository that has none. */
  readonly repositoryPolicies: Reading<ByRepository<Evidence<string>>>;
  /** The document, from ecr:GetRegistryPolicy. */
  readonly registryPolicy: Evidence<string>;
  readonly pullThroughCacheRules: Reading<readonly PullThroughCacheRule[]>;
}
