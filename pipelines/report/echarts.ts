/**
 * ECharts without a browser: options in, a small SVG out that is the same each time and takes its colours from the page.
 */
import type { ECharts, EChartsCoreOption } from 'echarts'
import { trusted } from './html.ts'
import type { Markup } from './html.ts'

type Library = typeof import('echarts')

let library: Promise<Library> | undefined

/** Loads the one-file bundle: 60 ms, where the package's many modules take 500 ms warm and 5 s cold. */
export function loadEcharts(): Promise<Library> {
  const bundle = 'echarts/dist/echarts.esm.min'
  library ??= import(bundle) as Promise<Library>
  return library
}

/** Colours that an option may use. Each is a placeholder which the drawing exchanges for the page's CSS variable. */
export const INK = {
  text: '#0a0a01', grid: '#0a0a02', bar: '#0a0a03', now: '#0a0a04', expected: '#0a0a05', upper: '#0a0a06', gap: '#0a0a07', mark: '#0a0a08',
  paper: '#0a0a09', dot: '#0a0a0a', area: '#0a0a0b', border: '#0a0a0c',
  forecast: '#0a0a0d', fan: '#0a0a0e', fanHalf: '#0a0a0f',
  blue: '#0a0a11', yellow: '#0a0a12', orange: '#0a0a13', red: '#0a0a14',
  blueInk: '#0a0a21', yellowInk: '#0a0a22', orangeInk: '#0a0a23', redInk: '#0a0a24',
  blueTint: '#0a0a31', yellowTint: '#0a0a32', orangeTint: '#0a0a33', redTint: '#0a0a34',
} as const

const VARIABLES = new Map<string, string>(Object.entries(INK).map(([name, color]) => [color, `var(--c-${name})`]))

export interface Drawing {
  width: number
  height: number
  option: EChartsCoreOption
  /** What a screen reader says instead of the picture. */
  label: string
  /** Class of the svg element. */
  className: string
  /** Adds markup under the drawing once pixel positions are known. */
  underlay?: (chart: ECharts) => string
}

/** Draws once and lets go of the chart. */
export function draw(echarts: Library, { width, height, option, label, className, underlay }: Drawing): Markup {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: 'inherit', color: INK.text }, ...option })
    const below = underlay?.(chart) ?? ''
    return trusted(slim(chart.renderToSVGString(), { width, height, label, className, below }))
  } finally {
    chart.dispose()
  }
}

/**
 * ECharts' SVG without what differs between runs or serves a mouse: instance classes, clip paths and their ids, more than a
 * tenth of a pixel, and one path for each of ninety bars of one colour.
 */
export function slim(svg: string, about: { width: number, height: number, label: string, className: string, below: string }): string {
  const body = svg
    .replace(/^<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '')
    .replace(/<style[\s\S]*?<\/style>|<defs[\s\S]*?<\/defs>/g, '').replace(/<rect [^>]*fill="none"><\/rect>/, '')
    .replace(/<[^<>]+>/g, slimTag).replace(/>\s+</g, '><').trim()
  const label = about.label.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
  return `<svg class="${about.className}" viewBox="0 0 ${about.width} ${about.height}" role="img" aria-label="${label}">`
    + inPageColors(about.below) + mergePaths(body) + '</svg>'
}

function slimTag(tag: string): string {
  return inPageColors(tag
    .replace(/ (ecmeta_\w+|class|id|pointer-events|clip-path)="[^"]*"/g, '').replace(/ stroke="[^"]*" stroke-width="0"/, '')
    .replace(/ (d|transform|points|x|y|x1|y1|x2|y2|width|height|rx|ry|r|cx|cy)="([^"]*)"/g, (_, name: string, value: string) =>
      ` ${name}="${value.replace(/-?\d+\.\d+(e-?\d+)?/g, (number) => String(Math.round(Number(number) * 10) / 10 || 0))}"`)
    .replace(/style="font-size:(\d+)px;font-family:inherit;(font-weight:bold;)?"/, (_, size: string, bold?: string) =>
      `font-size="${size}"${bold ? ' font-weight="bold"' : ''}`))
}

function inPageColors(markup: string): string {
  return markup.replace(/#0a0a[0-3][0-9a-f]/g, (color) => VARIABLES.get(color) ?? color)
}

/** Neighbouring paths of the same looks become one path. */
function mergePaths(body: string): string {
  const pattern = /<path d="([^"]*)"([^>]*)><\/path>/y
  let result = ''
  let looks: string | undefined
  let data = ''
  const flush = (): void => {
    if (looks !== undefined) result += `<path d="${data}"${looks}></path>`
    looks = undefined
  }
  for (let at = 0; at < body.length;) {
    pattern.lastIndex = at
    const match = pattern.exec(body)
    if (match && !match[2]!.includes('transform')) {
      if (match[2] === looks) data += match[1]!
      else {
        flush()
        looks = match[2]!
        data = match[1]!
      }
      at = pattern.lastIndex
      continue
    }
    flush()
    const next = body.indexOf('<path', at + 1)
    result += body.slice(at, next < 0 ? undefined : next)
    at = next < 0 ? body.length : next
  }
  flush()
  return result
}
