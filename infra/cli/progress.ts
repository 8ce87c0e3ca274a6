import type { Progress } from '../../shared/pipeline/run-audit.ts';

/** One line with the progress of an audit, rewritten in place. */
export interface ProgressLine {
  show(progress: Progress): void;
  /** Removes the line. */
  clear(): void;
}

const CLEAR_LINE = '\r\u001b[2K';

/** Starts a progress line. It is written to terminals only, never to a log. */
export function startProgressLine(stream: NodeJS.WriteStream): ProgressLine {
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
