/**
 * A text as a QR code (ISO/IEC 18004), drawn as an inline SVG: dark on light in either theme, since many readers know no other.
 */
import { html } from 'hono/html'
import { encode } from 'uqr'
import type { Html } from '../shell.ts'

/** Light modules around the code that the standard asks for. */
const QUIET = 4

/** @param label what it is, for who cannot see it */
export function qrCode(text: string, label: string): Html {
  const { data, size } = encode(text, { ecc: 'L', boostEcc: false, border: 0 })
  const whole = size + 2 * QUIET
  return html`<svg class="qr" viewBox="0 0 ${whole} ${whole}" width="${whole * 5}" height="${whole * 5}" role="img" aria-label="${label}" shape-rendering="crispEdges"><rect width="${whole}" height="${whole}" fill="#fff"/><path fill="#000" d="${darkRuns(data)}"/></svg>`
}

/** One rectangle a run of dark modules in a row. */
function darkRuns(rows: readonly (readonly boolean[])[]): string {
  let path = ''
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue
      const from = x
      while (row[x + 1]) x++
      path += `M${from + QUIET} ${y + QUIET}h${x - from + 1}v1h-${x - from + 1}z`
    }
  }
  return path
}
