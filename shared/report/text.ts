/** `1,204` */
export function counted(count: number): string {
  return count.toLocaleString('en');
}

/** `1 cluster`, `2 clusters`, `1,204 clusters`. */
export function plural(count: number, singular: string, pluralForm = `${singular}s`): string {
  return `${counted(count)} ${count === 1 ? singular : pluralForm}`;
}

/**
 * Breaks a text at its spaces into lines of at most `width` characters. A longer word stays whole, on a line of its own,
 * because an ARN or a URL that is broken cannot be copied.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

/** The same of a line that is too long, whose indentation its parts keep. */
export function wrapIndented(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const [indent = ''] = /^ */.exec(line) ?? [];
  return wrap(line.trim(), width - indent.length).map((part) => indent + part);
}

/** Cuts or fills a text to exactly `width` characters; no character of two units is cut in the middle. */
export function fitTo(text: string, width: number): string {
  if (text.length <= width) return text.padEnd(width);
  const start = text.slice(0, width - 1).replace(/[\uD800-\uDBFF]$/, '');
  return `${start.trimEnd()}…`.padEnd(width);
}

/** `0.4 s`, `12 s`, `3 min 20 s`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** `2026-11-22 10:15 UTC` of an ISO 8601 time. */
export function shortTime(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
