import { writeFileSync } from 'node:fs';
import { renderHtml } from '../../shared/report/html.ts';
import { largeResult } from './large-result.ts';
import { peakMemory } from './peak-memory.ts';

/** One report in a process of its own, to measure the memory of nothing else. Prints the measures as JSON. */
const [file = '', clusters = ''] = process.argv.slice(2);
const result = largeResult(Number(clusters));
const start = performance.now();
const html = renderHtml(result);
const seconds = (performance.now() - start) / 1_000;
writeFileSync(file, html);
process.stdout.write(
  JSON.stringify({
    seconds,
    mebibytes: peakMemory(),
    megabytes: Buffer.byteLength(html) / 1_000_000,
    verdicts: result.verdicts.length,
  }),
);
