import { z } from 'zod';
import type { Evidence, Reading } from './evidence.ts';

/** From ecr:GetRegistryScanningConfiguration. */
export const registryScanningSchema = z.object({
  /** `BASIC` or `ENHANCED`. */
  scanType: z.string(),
  rules: z.array(z.object({ scanFrequency: z.string(), filters: z.array(z.string()) })),
});
export type RegistryScanning = z.infer<typeof registryScanningSchema>;

/** From ecr:DescribeRepositories. */
export const repositorySchema = z.object({
  name: z.string().min(1),
  arn: z.string().min(1),
  scanOnPush: z.boolean().optional(),
});

/** One repository and what was read of it. */
export interface Repository extends z.infer<typeof repositorySchema> {
  /** From ecr:BatchGetRepositoryScanningConfiguration: the frequency in force, such as `SCAN_ON_PUSH`. */
  readonly scanFrequency: Reading<string>;
  /** The document, from ecr:GetRepositoryPolicy; absent when it has none. */
  readonly policy: Evidence<string>;
}

/** From ecr:DescribePullThroughCacheRules. */
export const pullThroughCacheRuleSchema = z.object({
  repositoryPrefix: z.string(),
  upstreamUrl: z.string(),
});
export type PullThroughCacheRule = z.infer<typeof pullThroughCacheRuleSchema>;

/** The private registry of an account in a Region. */
export interface RegistryFacts {
  readonly registryScanning: Reading<RegistryScanning>;
  readonly repositories: Reading<readonly Repository[]>;
  readonly registryPolicy: Evidence<string>;
  readonly pullThroughCacheRules: Reading<readonly PullThroughCacheRule[]>;
}
