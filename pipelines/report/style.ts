/**
 * The report's style sheet: one column of text width, light or dark as the reader's system, always light on A4 paper.
 * Level colours meet WCAG AA as text on their tint in both palettes (tests/pipelines/report/style.test.ts).
 */

/** Named colours of the light and the dark palette; drawings refer to them as --c-name. */
export const PALETTES = {
  light: {
    paper: '#ffffff', page: '#f6f5f1', text: '#1d2329', soft: '#545d66', line: '#d9d6cd', accent: '#1b4f8a',
    grid: '#dedbd2', bar: '#8d99a6', now: '#1b4f8a', expected: '#0b6b4c', upper: '#a3241c', gap: '#ebe8df', mark: '#1d2329', dot: '#bdb9ae', area: '#f1efe8', border: '#a9a598',
    forecast: '#6b3fa0', fan: '#ddd2ec', fanHalf: '#c2aee0',
    blue: '#2f74c0', yellow: '#e0aa00', orange: '#e2711d', red: '#c4281c',
    blueInk: '#134a85', yellowInk: '#664a00', orangeInk: '#8a3a06', redInk: '#931a12',
    blueTint: '#e6f0fb', yellowTint: '#fff3c9', orangeTint: '#ffe9d9', redTint: '#fde6e3',
  },
  dark: {
    paper: '#1a1f25', page: '#12161a', text: '#e6e8ea', soft: '#a9b2ba', line: '#38414a', accent: '#8dbdf2',
    grid: '#343c45', bar: '#74808c', now: '#8dbdf2', expected: '#6fcfa6', upper: '#ff9a8f', gap: '#2a3138', mark: '#e6e8ea', dot: '#4d5863', area: '#262d34', border: '#5b6670',
    forecast: '#c9a9f5', fan: '#332a45', fanHalf: '#4a3a68',
    blue: '#5a9fe6', yellow: '#e6b91e', orange: '#f08b3c', red: '#ef5b4d',
    blueInk: '#a9d0fb', yellowInk: '#ffdf7a', orangeInk: '#ffbf8f', redInk: '#ffaea5',
    blueTint: '#16304d', yellowTint: '#3a2f08', orangeTint: '#44260f', redTint: '#481a17',
  },
} as const

function variables(palette: Readonly<Record<string, string>>): string {
  return Object.entries(palette).map(([name, color]) => `--c-${name}:${color}`).join(';')
}

export const STYLE = `
:root{color-scheme:light;${variables(PALETTES.light)}}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;${variables(PALETTES.dark)}}}
*{box-sizing:border-box}
html{font-size:clamp(16px,.42vw + 11.5px,26px);-webkit-text-size-adjust:100%;scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--c-page);color:var(--c-text);font-family:"PingFang SC","HarmonyOS Sans SC","Microsoft YaHei UI","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC",system-ui,sans-serif;line-height:1.65;overflow-wrap:anywhere}
html:lang(en) body{font-family:-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main,.foot{max-width:70rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem)}
main{padding-bottom:1rem}
a{color:var(--c-accent);text-underline-offset:.15em;text-decoration-thickness:.06em}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--c-accent);outline-offset:2px;border-radius:2px}
h1,h2,h3,h4{line-height:1.3;margin:0;text-wrap:balance}
p{margin:0}
ul{margin:0;padding:0;list-style:none}
dl,dd,figure,blockquote{margin:0}
.skip{position:absolute;left:-100vw}
.skip:focus{left:1rem;top:1rem;background:var(--c-paper);padding:.5rem 1rem;z-index:9}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.soft,.note,figcaption{color:var(--c-soft)}
.note,figcaption{font-size:.875rem}
.note{margin:.4rem 0}
.top{padding:clamp(1.75rem,5vw,3.5rem) 0 1.25rem;border-bottom:3px solid var(--c-text)}
.kicker{font-size:.9375rem;color:var(--c-soft);letter-spacing:.04em}
h1{font-size:clamp(1.9rem,5.2vw,3.2rem);font-weight:700;margin:.35rem 0 .9rem;letter-spacing:-.01em}
.lead{font-size:1.0625rem;max-width:46rem;margin-bottom:1.1rem}
.levels{display:flex;flex-wrap:wrap;gap:.5rem 1.1rem;align-items:center;margin-bottom:1.1rem}
.levels b{font-size:1.25rem;font-variant-numeric:tabular-nums;margin-left:.2rem}
.levels .all{color:var(--c-soft)}
.about{display:flex;flex-wrap:wrap;gap:.2rem 1.75rem;font-size:.875rem;color:var(--c-soft)}
.about div{display:flex;gap:.5em}
.about dd{color:var(--c-text)}
section{padding-top:2rem}
h2{font-size:1.375rem;margin-bottom:.85rem}
h3{font-size:1.0625rem;margin:1.4rem 0 .5rem}
h4{font-size:.9375rem;margin:1rem 0 .3rem}
.shape{width:.95em;height:.95em;flex:none;stroke:var(--ink);stroke-width:1.4;fill:var(--fill);vertical-align:-.1em}
.blue{--fill:var(--c-blue);--ink:var(--c-blueInk);--tint:var(--c-blueTint)}
.yellow{--fill:var(--c-yellow);--ink:var(--c-yellowInk);--tint:var(--c-yellowTint)}
.orange{--fill:var(--c-orange);--ink:var(--c-orangeInk);--tint:var(--c-orangeTint)}
.red{--fill:var(--c-red);--ink:var(--c-redInk);--tint:var(--c-redTint)}
.level{display:inline-flex;align-items:center;gap:.4em;padding:.12em .6em .12em .5em;border-radius:1em;background:var(--tint);color:var(--ink);font-size:.875rem;font-weight:600;white-space:nowrap}
.changes{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:1rem 2rem;font-size:.9375rem}
.changes dt{color:var(--c-soft);border-bottom:1px solid var(--c-line);padding-bottom:.2rem;margin-bottom:.35rem}
.changes dt b{color:var(--c-text);font-size:1.0625rem;margin-left:.25em}
.changes li{padding:.12rem 0}
.step{white-space:nowrap;font-size:.875em;color:var(--c-soft)}
.step .shape{margin-right:.3em}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .75rem .45rem 0;border-bottom:1px solid var(--c-line)}
thead th{font-size:.8125rem;font-weight:600;color:var(--c-soft);border-bottom:1.5px solid var(--c-text);vertical-align:bottom}
tbody th{font-weight:500}
.numbers td,.numbers thead th:not(:first-child){text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.numbers .words,.numbers thead th.words:not(:first-child){text-align:left;white-space:normal}
.list .rank,.alert .rank{font-variant-numeric:tabular-nums;font-weight:700}
.list .what{width:52%}
.list td:nth-child(n+4){font-size:.875rem}
.list td:last-child{white-space:nowrap}
.alert{background:var(--c-paper);border:1px solid var(--c-line);border-top:4px solid var(--fill);border-radius:4px;padding:1.1rem clamp(.9rem,2.5vw,1.75rem) 1rem;margin-bottom:1.5rem}
.marks{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem .65rem}
.alert .rank{font-size:1.25rem;min-width:1.4rem}
.kind,.badge{font-size:.8125rem;padding:.1em .55em;border:1px solid var(--c-line);border-radius:3px;color:var(--c-soft)}
.badge{border-color:var(--c-text);color:var(--c-text);font-weight:600}
.alert h3{text-wrap:pretty;font-size:clamp(1.125rem,2.2vw,1.375rem);margin:.5rem 0 .2rem}
.path{font-size:.875rem;color:var(--c-soft)}
.sep{color:var(--c-soft)}
.body{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,6fr);gap:.5rem 2.25rem;margin-top:.8rem}
.pairs{font-size:.9375rem}
.pairs div{display:grid;grid-template-columns:5.2em 1fr;gap:.75em;padding:.28rem 0;border-bottom:1px solid var(--c-line)}
:lang(en) .pairs div{grid-template-columns:6.2em 1fr}
.pairs dt{color:var(--c-soft)}
.pairs .soft{font-size:.875em}
.pairs.wide-names div{grid-template-columns:minmax(0,22em) 1fr}
.why li{position:relative;padding-left:1.1em;font-size:.9375rem}
.why li::before{content:"";position:absolute;left:.15em;top:.72em;width:.35em;height:.35em;background:var(--c-soft);border-radius:50%}
.chart figcaption{margin-bottom:.2rem}
.chart svg,.map svg{display:block;width:100%;height:auto;overflow:visible}
svg.narrow{display:none!important}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:.8125rem;color:var(--c-soft);margin-top:.25rem}
.legend li{display:flex;align-items:center;gap:.4em}
.key{display:inline-block;width:1.1em;height:.7em;flex:none;font-style:normal}
.key.bar{background:var(--c-bar)}.key.now{background:var(--c-now)}.key.gap{background:var(--c-gap);outline:1px solid var(--c-line)}
.key.expected{height:0;border-top:2px solid var(--c-expected);width:1.5em}
.key.upper{height:0;border-top:2px dashed var(--c-upper);width:1.5em}
.key.forecast{height:0;border-top:2px solid var(--c-forecast);width:1.5em}
.key.fan{background:var(--c-fan);outline:1px solid var(--c-line)}.key.fanHalf{background:var(--c-fanHalf)}
.key.notice{width:auto;height:auto;color:var(--c-mark);line-height:1;font-size:.85em}
.quotes{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.75rem 1.5rem}
.quotes figure{border-left:3px solid var(--c-line);padding-left:.8rem}
.quotes blockquote{font-size:.9375rem;unicode-bidi:isolate}
.end{margin-top:.8rem;font-size:.9375rem}
.end b{margin-right:.5em}
.more{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;margin-top:.6rem;font-size:.875rem}
details[open]{flex-basis:100%}
summary{cursor:pointer;color:var(--c-accent);min-height:24px;padding:.15rem 0}
.figures table{max-width:36rem;font-size:.8125rem}
.figures td,.figures th{padding-top:.15rem;padding-bottom:.15rem}
.figures .scroll{max-height:22rem;overflow:auto}
.scroll{overflow-x:auto;max-width:100%;position:relative}
.map svg{max-width:46rem}
.map figcaption{max-width:46rem;margin-top:.5rem}
.areas{max-width:44rem}
.areas th[scope=row]{min-width:5.2em}
.beside{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:1rem 2.5rem}
.beside h3{margin-top:0}
.beside .scroll{max-height:36rem;overflow:auto}
.pivot{font-size:.875rem}
.pivot th[scope=row]{position:sticky;left:0;background:var(--c-page);min-width:6.5em;max-width:12em}
.pivot thead th:first-child{position:sticky;left:0;background:var(--c-page)}
.pivot td small{font-size:.8125em;margin-left:.15em}
.pivot .up{color:var(--c-upper)}.pivot .down{color:var(--c-expected)}.pivot .same{color:var(--c-soft)}
.pivot .zero,.pivot .hidden{color:var(--c-soft)}
.pivot .total,.pivot tr.total>*{font-weight:600}
.caveat{border-left:4px solid var(--c-text);padding:.15rem 0 .15rem .9rem;font-weight:600;margin-bottom:1rem;max-width:46rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(11rem,44%),1fr));gap:.75rem 1.5rem}
.tiles dt{font-size:.875rem;color:var(--c-soft)}
.tiles dd{font-size:1.25rem;font-weight:600;font-variant-numeric:tabular-nums}
.prose{max-width:46rem}
.prose p+p{margin-top:.6rem}
ul.prose{list-style:disc;padding-left:1.25em}
code{font-family:ui-monospace,"SFMono-Regular",Consolas,monospace;font-size:.92em}
.foot{border-top:1px solid var(--c-line);margin-top:2.5rem;padding-top:1rem;padding-bottom:2.5rem;font-size:.8125rem;color:var(--c-soft)}
@media (max-width:46rem){
.body,.beside{grid-template-columns:minmax(0,1fr)}
svg.wide{display:none!important}
svg.narrow{display:block!important}
.list thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.list tr{display:grid;grid-template-columns:2rem 1fr;gap:.1rem .25rem;padding:.6rem 0;border-bottom:1px solid var(--c-line)}
.list td{border:0;padding:0}
.list td:nth-child(n+3){grid-column:2}
.list .what{width:auto;font-size:1rem}
.list td[data-name]::before{content:attr(data-name) " ";color:var(--c-soft)}
.pairs.wide-names div{grid-template-columns:1fr auto}
}
@page{size:A4;margin:14mm 14mm 16mm;@bottom-right{content:counter(page) " / " counter(pages);font-size:9pt}}
@media print{
html{font-size:9.5pt}
body{background:#fff;line-height:1.5}
html:lang(en) body{font-family:-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main,.foot{max-width:none;padding-left:0;padding-right:0}
.top{padding-top:0}
h1{font-size:24pt}
a{color:inherit;text-decoration:none}
section{padding-top:14pt}
h2,h3,h4{break-after:avoid}
.alert{border-radius:0;padding:8pt 10pt;margin-bottom:10pt}
.alert>header,.body,.samples,.end{break-inside:avoid}
.alert>header{break-after:avoid}
.end{break-before:avoid}
.body{grid-template-columns:minmax(0,5fr) minmax(0,6fr)}
svg.wide{display:block!important}
svg.narrow{display:none!important}
.more,.skip{display:none}
.quotes{grid-template-columns:repeat(3,1fr)}
thead{display:table-header-group}
tr,figure,.tiles,.caveat{break-inside:avoid}
.scroll,.beside .scroll{overflow:visible;max-height:none}
.pivot{font-size:7.5pt}
.pivot th,.pivot td{padding-right:4pt}
.pivot th[scope=row],.pivot thead th:first-child{position:static;background:none;min-width:0}
.level{border:.6pt solid var(--ink)}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`.trim()
