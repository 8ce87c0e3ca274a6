import type { Config } from '../config/config.ts';
import { VERSION } from '../model/version.ts';
import type { ClientOptions } from './account.ts';

/** The options of clients in a configuration. */
export function clientOptionsOf({ limits }: Config): ClientOptions {
  return {
    maxAttempts: limits.maxAttempts,
    requestTimeoutMs: limits.requestTimeoutMs,
    userAgent: `eks-auditor/${VERSION}`,
  };
}
