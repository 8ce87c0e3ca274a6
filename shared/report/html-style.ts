/** The style sheet of the report: light or dark as the reader's system is, always light in print. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#f6f7f9, #0e1116);
  --card: light-dark(#ffffff, #161b22);
  --line: light-dark(#dfe3e8, #2d333b);
  --text: light-dark(#1b2430, #e3e8ee);
  --soft: light-dark(#566273, #9aa5b4);
  --link: light-dark(#0b5cad, #6cb2ff);
  --code: light-dark(#f0f2f5, #21262d);
  --failed: light-dark(#b3261e, #ff8078);
  --failed-fill: light-dark(#d9463d, #e5534b);
  --failed-tint: light-dark(#fdeceb, #3a1d1d);
  --unknown: light-dark(#6d3fb4, #c3a2f5);
  --unknown-fill: light-dark(#8f63d2, #9d75dd);
  --unknown-tint: light-dark(#f3edfc, #2a2140);
  --warning: light-dark(#8a5a00, #e7b416);
  --warning-fill: light-dark(#e0a100, #c69026);
  --warning-tint: light-dark(#fdf4dd, #33290f);
  --passed: light-dark(#1a7340, #5ccf85);
  --passed-fill: light-dark(#2f9e5e, #347d4b);
  --passed-tint: light-dark(#e8f6ee, #12301f);
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main, header > div, footer { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
header { background: #10243e; color: #fff; padding: 28px 0 24px; }
header p { margin: 0; color: #b7c6da; }
header h1 { margin: 2px 0 14px; font-size: 26px; line-height: 1.25; letter-spacing: -0.01em; }
header .brand { font-size: 13px; font-weight: 600; letter-spacing: 0.08em; text-transform: uppercase; }
header dl { display: flex; flex-wrap: wrap; gap: 4px 28px; margin: 0; font-size: 13px; }
header dt { display: inline; color: #b7c6da; }
header dt::after { content: " "; }
header dd { display: inline; margin: 0; }
.banner {
  margin: 24px 0 16px; padding: 14px 18px; border-radius: 8px; border: 1px solid var(--tone-line);
  background: var(--tone-tint); color: var(--text); border-left: 6px solid var(--tone-line);
}
.banner strong { color: var(--tone); font-size: 17px; display: block; }
.failed { --tone: var(--failed); --tone-line: var(--failed-fill); --tone-tint: var(--failed-tint); }
.unknown { --tone: var(--unknown); --tone-line: var(--unknown-fill); --tone-tint: var(--unknown-tint); }
.warning { --tone: var(--warning); --tone-line: var(--warning-fill); --tone-tint: var(--warning-tint); }
.passed { --tone: var(--passed); --tone-line: var(--passed-fill); --tone-tint: var(--passed-tint); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 12px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; }
.tile b { display: block; font-size: 26px; line-height: 1.2; color: var(--tone, var(--text)); font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: 13px; }
nav { margin: 18px 0 0; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 14px; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 2px; }
h2 { font-size: 20px; margin: 40px 0 12px; letter-spacing: -0.01em; }
h2 small { font-weight: 400; color: var(--soft); font-size: 14px; margin-left: 6px; }
h3 { font-size: 16px; margin: 0; }
p { margin: 6px 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; margin: 0 0 16px; overflow: hidden; }
.card > .head { padding: 14px 18px; border-bottom: 1px solid var(--line); }
.card > .head p { color: var(--soft); max-width: 85ch; }
.fix { background: var(--passed-tint); padding: 10px 18px; border-top: 1px solid var(--line); font-size: 14px; }
.fix b { color: var(--passed); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 8px 12px; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-size: 12px; font-weight: 600; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 18px; }
th:last-child, td:last-child { padding-right: 18px; }
tbody th { font-weight: 600; }
.verdicts { table-layout: fixed; min-width: 820px; }
.verdicts th:nth-child(1) { width: 120px; }
.verdicts th:nth-child(2) { width: 180px; }
.verdicts th:nth-child(3) { width: 32%; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.zero { color: var(--soft); opacity: 0.55; }
td .toned, .toned { color: var(--tone); font-weight: 600; }
.soft { color: var(--soft); }
.small { font-size: 12.5px; }
.id { font-variant-numeric: tabular-nums; white-space: nowrap; }
code, .arn { font: 12.5px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere; }
code { background: var(--code); border-radius: 4px; padding: 1px 5px; }
.arn { color: var(--soft); }
.bar { display: flex; height: 10px; min-width: 180px; border-radius: 5px; overflow: hidden; gap: 1px; margin-top: 6px; }
.bar i { background: var(--tone-line); min-width: 3px; flex-basis: 0; }
.label {
  display: inline-block; font-size: 11px; font-weight: 700; letter-spacing: 0.04em; padding: 2px 7px; border-radius: 4px;
  color: var(--tone); background: var(--tone-tint); border: 1px solid var(--tone-line); white-space: nowrap;
}
.CRITICAL { --tone: #fff; --tone-tint: #8c1d18; --tone-line: #8c1d18; }
.HIGH { --tone: var(--failed); --tone-tint: var(--failed-tint); --tone-line: var(--failed-fill); }
.MEDIUM { --tone: var(--warning); --tone-tint: var(--warning-tint); --tone-line: var(--warning-fill); }
.LOW, .INFORMATIONAL { --tone: var(--soft); --tone-tint: var(--code); --tone-line: var(--line); }
.matrix th, .matrix td { padding: 6px 8px; }
.matrix thead th.turn { text-align: center; }
.matrix td.cell { text-align: center; padding: 4px; min-width: 46px; }
.matrix tbody td:first-child { white-space: nowrap; }
.matrix th[scope=row] { min-width: 160px; overflow-wrap: anywhere; }
.matrix tr > :first-child { padding-left: 18px; }
.matrix .group th { background: var(--code); }
.matrix .mark {
  display: inline-block; min-width: 26px; line-height: 22px; border-radius: 4px; font-weight: 700; text-decoration: none;
  color: var(--tone); background: var(--tone-tint);
}
.legend { display: flex; flex-wrap: wrap; gap: 6px 20px; margin: 0 0 10px; font-size: 13px; color: var(--soft); }
.legend .mark { display: inline-block; min-width: 22px; text-align: center; border-radius: 4px; font-weight: 700; color: var(--tone); background: var(--tone-tint); margin-right: 4px; }
.evidence { margin: 6px 0 0; display: grid; grid-template-columns: max-content 1fr; gap: 0 12px; font-size: 12.5px; color: var(--soft); }
.evidence dt { font-weight: 600; }
.evidence dd { margin: 0; overflow-wrap: anywhere; }
.why { min-width: 260px; overflow-wrap: anywhere; }
.list { margin: 6px 0 0; padding-left: 20px; }
footer { color: var(--soft); font-size: 13px; padding-top: 24px; padding-bottom: 40px; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media print {
  :root { color-scheme: light; --page: #fff; }
  @page { margin: 14mm 12mm; }
  body { font-size: 11px; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main, header > div, footer { max-width: none; padding-left: 12px; padding-right: 12px; }
  nav { display: none; }
  h2, h3, .head { break-after: avoid; }
  tr, .tile, .banner { break-inside: avoid; }
  thead { display: table-header-group; }
  table { font-size: 10.5px; }
  .card { overflow: visible; }
  .tiles { grid-template-columns: repeat(7, 1fr); gap: 8px; }
  .tile { padding: 8px 10px; }
  .tile b { font-size: 18px; }
  .tile span, .legend { font-size: 10px; }
  .verdicts { min-width: 0; }
  .verdicts th:nth-child(1) { width: 84px; }
  .verdicts th:nth-child(2) { width: 136px; }
  .bar { min-width: 90px; }
  .matrix td.cell { min-width: 0; padding: 2px; }
  .matrix .mark { min-width: 18px; line-height: 16px; }
  .matrix th[scope=row] { min-width: 90px; }
  code, .arn, .evidence, .small, .fix, .label { font-size: 9.5px; }
  th, td { padding: 5px 8px; }
  .scroll { overflow: visible; }
  a { color: inherit; }
  .fix a::after { content: " (" attr(href) ")"; overflow-wrap: anywhere; }
}
`;
