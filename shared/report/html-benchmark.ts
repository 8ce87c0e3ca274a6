import { ANSWERERS, type BenchmarkMatrixRow, benchmarkMatrixWith } from './benchmark-matrix.ts';
import { matrixStateText } from './benchmark-matrix-text.ts';
import type { HtmlContent } from './html-data.ts';
import { headCells, section, TONES, table } from './html-parts.ts';
import { type Markup, markup } from './markup.ts';
import { plural } from './text.ts';

/** Every recommendation of the version, who answers it, and what this run says. */
export function benchmarkSection({ result, matrix }: HtmlContent): Markup {
  const { rows, source } = benchmarkMatrixWith(result.run.benchmark, matrix);
  return section('benchmark', `${plural(rows.length, 'recommendation')} of version ${result.run.benchmark}`, [
    table(
      'Benchmark matrix',
      headCells(['Recommendation', 'Answered by', 'Evidence', 'State', 'Comment']),
      [...Map.groupBy(rows, (row) => row.section)].map(
        ([title, own]) =>
          markup`<tr class="group"><th colspan="5" scope="rowgroup">${title}</th></tr>\n${own.map(matrixRow)}`,
      ),
      'benchmark',
    ),
    markup`<p class="soft">${source}</p>`,
  ]);
}

function matrixRow(row: BenchmarkMatrixRow): Markup {
  const tone = row.state && TONES[row.state.status];
  return markup`<tr><th scope="row"><span class="id">${row.number}</span> ${row.title}</th><td>${ANSWERERS[row.answeredBy]}</td><td>${row.evidence}</td>
<td class="${tone}"><span class="${tone ? 'toned' : 'soft'}">${matrixStateText(row)}</span></td><td>${row.comment}</td></tr>\n`;
}
