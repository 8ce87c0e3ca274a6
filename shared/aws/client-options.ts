import type { Config } from '../config/config.ts';
import { VERSION } from '../model/version.ts';
import type { ClientOptions } from './account.ts';

/** How a configuration asks clients to be set up. */
export function clientOptionsOf({ limits }: Config): ClientOptions {
  return {
    maxAttempts: limits.maxAttempts,
    requestTimeoutMs: limits.requestTimeoutMs,
    userAgent: `eks-auditor/${VERSION}`,
  };
}
