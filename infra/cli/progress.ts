import type { Progress } from '../../shared/pipeline/run-audit.ts';
import { safeText } from '../../shared/report/safe-text.ts';
import { duration, plural } from '../../shared/report/text.ts';
import type { ReportingOptions } from './audit-options.ts';

/** What is shown of an audit while it runs. */
export interface ProgressDisplay {
  show(progress: Progress): void;
  /** Removes it. */
  clear(): void;
}

const CLEAR_LINE = '\r\u001b[2K';

/**
 * Starts to show progress: one line that is rewritten in place, on terminals only, never in a log; with `--verbose` a line for
 * every account as well, and with `--quiet` nothing.
 */
export function startProgress(
  stream: NodeJS.WriteStream,
  { quiet, verbose }: Pick<ReportingOptions, 'quiet' | 'verbose'>,
  now: () => number = () => performance.now() / 1000,
): ProgressDisplay {
  if (quiet) return { show() {}, clear() {} };
  const startedAt = now();
  const line = stream.isTTY ? lineOn(stream) : undefined;
  let last: Progress = { kind: 'planning' };
  const draw = () => line?.write(describeProgress(last, now() - startedAt));
  draw();
  const timer = line && setInterval(draw, 1_000).unref();
  return {
    show(progress) {
      last = progress;
      if (verbose) {
        line?.clear();
        stream.write(`${describeStep(progress)}\n`);
      }
      draw();
    },
    clear() {
      clearInterval(timer);
      line?.clear();
    },
  };
}

function lineOn(stream: NodeJS.WriteStream) {
  return {
    write: (text: string) => stream.write(`${CLEAR_LINE}${text.slice(0, (stream.columns || 80) - 1)}`),
    clear: () => stream.write(CLEAR_LINE),
  };
}

const BAR_WIDTH = 12;

/** Where an audit is, after so many seconds. Pure. */
export function describeProgress(progress: Progress, seconds: number): string {
  const elapsed = duration(seconds);
  if (progress.kind === 'planning') return `Looking up accounts and Regions … ${elapsed}`;
  if (progress.kind === 'planned') return `Auditing ${plural(progress.accounts, 'account')} … ${elapsed}`;
  const { done, total } = progress;
  const filled = Math.round((BAR_WIDTH * done) / total);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
  const remaining = done < total ? `, about ${duration((seconds / done) * (total - done))} left` : '';
  return `${bar} ${done} of ${plural(total, 'account')}, ${elapsed}${remaining}, last ${accountOf(progress)}`;
}

/** What has just happened, for `--verbose`. */
function describeStep(progress: Progress): string {
  if (progress.kind !== 'account-done') return describeProgress(progress, 0).replace(/ … .*$/, '');
  const { done, total, state, clusters } = progress;
  return `${done} of ${total}: ${accountOf(progress)}, ${plural(clusters, 'cluster')}, ${state}`;
}

/** Its name before its id, as people know it. */
function accountOf({ accountId, name }: Progress & { readonly kind: 'account-done' }): string {
  return name === undefined ? accountId : `${safeText(name, 'terminal')} (${accountId})`;
}
