import { expect, test } from 'vitest'
import { PALETTES } from '../../../pipelines/report/style.ts'

/** Contrast ratio of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light! + 0.05) / (dark! + 0.05)
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}

test.each(Object.entries(PALETTES))('text of the %s palette has a contrast of 4.5, lines and shapes of 3', (_, colors) => {
  for (const ground of [colors.paper, colors.page]) {
    for (const ink of [colors.text, colors.soft, colors.accent, colors.expected, colors.upper]) expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5)
    for (const line of [colors.now, colors.mark, colors.forecast]) expect(contrast(line, ground)).toBeGreaterThanOrEqual(3)
  }
  for (const level of ['blue', 'yellow', 'orange', 'red'] as const) {
    expect(contrast(colors[`${level}Ink`], colors[`${level}Tint`])).toBeGreaterThanOrEqual(4.5)
    expect(contrast(colors[`${level}Ink`], colors.paper)).toBeGreaterThanOrEqual(4.5)
  }
})
