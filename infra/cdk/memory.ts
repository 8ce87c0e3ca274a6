import type { FunctionName } from './bundle.ts';

/**
 * Measured peaks: 150 MiB for a plan of 1,000 accounts, 260 MiB for an audit of 200 clusters. More memory means more CPU,
 * and a report holds the results of all accounts.
 */
export const MEMORY_MIB: Readonly<Record<FunctionName, number>> = { plan: 512, audit: 1024, report: 2048 };
