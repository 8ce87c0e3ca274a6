import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has used, in MiB. On Linux not what getrusage says: that counts what its parent used
 * when it was started.
 */
export function peakMemory(): number {
  try {
    const [, kibibytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kibibytes !== undefined) return Math.round(Number(kibibytes) / 1_024);
  } catch {
    // Only Linux has it.
  }
  return Math.round(process.resourceUsage().maxRSS / 1_024);
}
