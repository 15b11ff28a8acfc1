/**
 * Numbers, durations and small charts as words on a terminal.
 */
import { formatNumber } from '../core/texts.ts'
import type { Locale } from '../core/config.ts'

export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`
  if (seconds < 120) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${units[unit]}`
}

export function formatShare(locale: Locale, part: number, whole: number): string {
  if (!whole) return '–'
  const digits = part > 0 && part / whole < 0.01 ? 2 : 1
  return new Intl.NumberFormat(locale === 'zh' ? 'zh-CN' : 'en', { style: 'percent', maximumFractionDigits: digits }).format(part / whole)
}

/** A whole count without decimals, any other with one. */
export function formatCount(locale: Locale, value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–'
  return formatNumber(locale, Number.isInteger(value) ? value : Math.round(value * 10) / 10)
}

const BARS = '▁▂▃▄▅▆▇█'

/** One character a value, scaled to the largest; a gap is a space, zero the lowest bar. */
export function sparkline(values: readonly (number | null)[]): string {
  const most = Math.max(1, ...values.map((value) => value ?? 0))
  return values.map((value) => (value === null ? ' ' : BARS[Math.round((value / most) * (BARS.length - 1))])).join('')
}

/** A word as it must be typed in a shell. */
export function shellWord(word: string): string {
  return /^[\p{L}\p{N}_./:=@%+,-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
