/**
 * Curves of several rules in one drawing, as SVG that takes its colours from the page: across on a logarithmic scale.
 */
import { escape, trusted } from '../report/html.ts'
import type { Markup } from '../report/html.ts'

export interface Line {
  name: string
  /** By growing x; points at x <= 0 are left out, a scale of decades has no room for them. */
  points: readonly { x: number, y: number }[]
  /** Drawn heavier, and marked. */
  own: boolean
}

export interface CurveDrawing {
  title: string
  xTitle: string
  yTitle: string
  lines: readonly Line[]
  /** A dashed line at this x. */
  mark?: number
  /** Text of a value of y. */
  format: (y: number) => string
}

const WIDTH = 720
const HEIGHT = 380
const LEFT = 64
const RIGHT = 16
const TOP = 16
const BOTTOM = 52
/** Told apart without colours as well: each line has its own dashes and marks. */
const STYLES = [
  { color: 'now', dash: '' }, { color: 'upper', dash: '8 4' }, { color: 'expected', dash: '2 3' }, { color: 'orange', dash: '12 4 2 4' },
  { color: 'soft', dash: '5 5' }, { color: 'yellowInk', dash: '1 5' }, { color: 'mark', dash: '14 6' },
] as const

/** Markup of a figure with its legend; the same lines give the same bytes. */
export function drawCurves({ title, xTitle, yTitle, lines, mark, format }: CurveDrawing): Markup {
  const shown = lines.map((line) => ({ ...line, points: line.points.filter(({ x, y }) => x > 0 && Number.isFinite(y)) }))
  const xs = [...shown.flatMap((line) => line.points.map((point) => point.x)), ...(mark !== undefined && mark > 0 ? [mark] : [])]
  if (xs.length === 0) return trusted('')
  const low = Math.floor(Math.log10(Math.min(...xs)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...xs))))
  const top = niceTop(Math.max(...shown.flatMap((line) => line.points.map((point) => point.y)), 0))
  const px = (x: number): string => one(LEFT + ((Math.log10(x) - low) / (high - low)) * (WIDTH - LEFT - RIGHT))
  const py = (y: number): string => one(HEIGHT - BOTTOM - (y / top) * (HEIGHT - TOP - BOTTOM))
  const parts: string[] = []
  for (let decade = low; decade <= high; decade++) {
    const x = px(10 ** decade)
    parts.push(`<path d="M${x} ${TOP}V${HEIGHT - BOTTOM}" stroke="var(--c-grid)"/>`)
    parts.push(`<text x="${x}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle" font-size="13" fill="var(--c-soft)">${decade < 0 ? (10 ** decade).toFixed(-decade) : String(10 ** decade)}</text>`)
  }
  for (let k = 0; k <= 4; k++) {
    const y = (top * k) / 4
    parts.push(`<path d="M${LEFT} ${py(y)}H${WIDTH - RIGHT}" stroke="var(--c-grid)"/>`)
    parts.push(`<text x="${LEFT - 8}" y="${py(y)}" dy=".35em" text-anchor="end" font-size="13" fill="var(--c-soft)">${escape(format(y))}</text>`)
  }
  parts.push(`<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle" font-size="14" fill="var(--c-text)">${escape(xTitle)}</text>`)
  parts.push(`<text transform="translate(16 ${(TOP + HEIGHT - BOTTOM) / 2})rotate(-90)" text-anchor="middle" font-size="14" fill="var(--c-text)">${escape(yTitle)}</text>`)
  if (mark !== undefined && mark > 0) parts.push(`<path d="M${px(mark)} ${TOP}V${HEIGHT - BOTTOM}" stroke="var(--c-text)" stroke-dasharray="3 5"/>`)
  shown.forEach((line, i) => {
    if (line.points.length === 0) return
    const { color, dash } = STYLES[i % STYLES.length]!
    const path = line.points.map(({ x, y }, k) => `${k === 0 ? 'M' : 'L'}${px(x)} ${py(y)}`).join('')
    parts.push(`<path d="${path}" fill="none" stroke="var(--c-${color})" stroke-width="${line.own ? 3 : 2}" stroke-linejoin="round"${dash ? ` stroke-dasharray="${dash}"` : ''}/>`)
    if (line.own) parts.push(...line.points.map(({ x, y }) => `<circle cx="${px(x)}" cy="${py(y)}" r="3" fill="var(--c-${color})"/>`))
  })
  const legend = shown.map((line, i) => {
    const { color, dash } = STYLES[i % STYLES.length]!
    return `<li><svg viewBox="0 0 36 10" width="36" height="10" aria-hidden="true"><path d="M0 5H36" stroke="var(--c-${color})" stroke-width="${line.own ? 3 : 2}"${dash ? ` stroke-dasharray="${dash}"` : ''}/></svg> ${escape(line.name)}</li>`
  })
  return trusted(`<figure class="curve"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escape(title)}">${parts.join('')}</svg><ul class="legend">${legend.join('')}</ul></figure>`)
}

function one(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** 1, 2, 4 or 10 times a power of ten: quarters of it read well. */
function niceTop(most: number): number {
  if (!(most > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 4, 10].map((step) => step * power).find((value) => value >= most * (1 - 1e-9))!
}
