import type { Progress } from '../../shared/pipeline/run-audit.ts';

/** One line that tells how far an audit is, rewritten as it goes on. */
export interface ProgressLine {
  show(progress: Progress): void;
  /** Leaves no trace of it. */
  clear(): void;
}

const CLEAR_LINE = '\r\u001b[2K';

/** Writes to a terminal only: a log needs no progress. */
export function progressLine(stream: NodeJS.WriteStream): ProgressLine {
  if (!stream.isTTY) return { show() {}, clear() {} };
  const write = (text: string) => stream.write(`${CLEAR_LINE}${text.slice(0, (stream.columns || 80) - 1)}`);
  write('Looking up accounts and Regions …');
  return {
    show: (progress) => write(describe(progress)),
    clear: () => stream.write(CLEAR_LINE),
  };
}

function describe(progress: Progress): string {
  if (progress.kind === 'planned')
    return `Auditing ${progress.accounts} account${progress.accounts === 1 ? '' : 's'} …`;
  const { done, total, accountId } = progress;
  const filled = Math.round((20 * done) / total);
  return `${'█'.repeat(filled)}${'░'.repeat(20 - filled)} ${done} of ${total} accounts, last ${accountId}`;
}
