import type { Config } from '../config/config.ts';
import { VERSION } from '../model/version.ts';
import type { RequestOptions } from './account.ts';
import type { RequestLimits } from './connections.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** The longest lists known, findings and accounts, are some hundreds of pages. */
const MAX_PAGES = 10_000;

/** How requests are sent by a configuration. */
export function requestOptionsOf({ limits }: Config): RequestOptions & RequestLimits {
  return {
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    requestTimeoutMs: limits.requestTimeoutMs,
    callTimeoutMs: limits.callTimeoutMs,
    maxAttempts: limits.maxAttempts,
    maxPages: MAX_PAGES,
    userAgent: `eks-auditor/${VERSION}`,
  };
}
