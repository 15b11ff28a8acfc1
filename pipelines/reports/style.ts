/**
 * Style of the bulletin: A4 with repeated table heads, the red rule of an official paper, dark on request on the screen, always light on paper.
 */
export const BULLETIN_STYLE = `
:root { --text: #1b2430; --soft: #55606e; --paper: #fff; --line: #cfd6df; --red: #b3160e; --hot: #b3160e; --cool: #1b4f8a; --heat0: #fdf1ec; --heat1: #fbddd0; --heat2: #f8c3ad; --heat3: #f3a586; --heat4: #ea855f; --heat5: #d96a41; --heat-text: #1b2430; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #e7ebf0; --soft: #aab4c0; --paper: #141a21; --line: #36414e; --red: #ff9a8f; --hot: #ff9a8f; --cool: #8dbdf2; --heat0: #251c19; --heat1: #38241c; --heat2: #4f2d20; --heat3: #693823; --heat4: #824326; --heat5: #9c4f28; --heat-text: #fff; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 16px; max-width: 1080px; background: var(--paper); color: var(--text); line-height: 1.55; overflow-wrap: anywhere; font: 15px/1.55 "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Sans", "Liberation Sans", Arial, sans-serif; }
.head { text-align: center; border-bottom: 3px solid var(--red); padding-bottom: 10px; margin-bottom: 18px; }
.office { color: var(--red); font-size: 1.05rem; margin: 0; letter-spacing: .12em; }
html:lang(en) .office { letter-spacing: 0; }
h1 { color: var(--red); font-size: 1.75rem; margin: 4px 0; line-height: 1.3; }
h2 { font-size: 1.12rem; margin: 26px 0 6px; break-after: avoid; }
.issue, .note, footer { color: var(--soft); font-size: .88rem; }
.issue, .note { margin: 4px 0 8px; }
.answer { font-size: 1.35rem; font-weight: 650; margin: 6px 0; }
.totals span { margin-inline-start: 1.2em; }
.first li { margin: 3px 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .86rem; font-variant-numeric: tabular-nums; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border-bottom: 1px solid var(--line); padding: 4px 6px; text-align: start; vertical-align: top; }
thead th { border-bottom: 1.5px solid var(--text); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 400; }
.num { text-align: end; white-space: nowrap; }
.total th, .total td { font-weight: 650; border-top: 1.5px solid var(--text); }
abbr { text-decoration: none; color: var(--soft); }
${[0, 1, 2, 3, 4, 5].map((shade) => `.heat-${shade} { background: var(--heat${shade}); color: var(--heat-text); } .heat-${shade} abbr { color: inherit; }`).join('\n')}
.map { width: 100%; max-width: 760px; height: auto; display: block; margin: 0 auto; }
.spot circle { fill: color-mix(in srgb, var(--cool) 22%, var(--paper)); stroke: var(--cool); }
.spot.hot circle { fill: color-mix(in srgb, var(--hot) 30%, var(--paper)); stroke: var(--hot); stroke-width: 1.6; }
.spot.zero circle { fill: none; }
.spot text { fill: var(--text); font-size: 12px; font-weight: 700; }
.legend span { display: inline-block; margin-inline-end: 1em; }
.box { border: 1px solid var(--line); padding: 2px 16px 8px; margin-top: 24px; break-inside: avoid; }
.keep { break-inside: avoid; }
footer { border-top: 1px solid var(--line); margin-top: 24px; }
@page { size: A4; margin: 16mm 14mm 18mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  .scroll { overflow: visible; }
  table { font-size: 8.6pt; }
  table.pivot, table.quality { font-size: 7pt; table-layout: auto; }
  table.pivot th, table.pivot td, table.quality th, table.quality td { padding: 2px 3px; }
  .map { width: auto; max-width: 100%; max-height: 64mm; }
  .legend { font-size: 8pt; }
  .heat-0, .heat-1, .heat-2, .heat-3, .heat-4, .heat-5, .spot circle { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
