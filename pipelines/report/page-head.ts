/**
 * How every page begins that is one file by itself: nothing may be fetched and nothing may run; style stands in the page.
 */
import type { Locale } from '../../core/config.ts'
import { html, trusted } from './html.ts'
import type { Markup } from './html.ts'
import { languageTag } from './words.ts'

const POLICY = 'default-src \'none\'; style-src \'unsafe-inline\'; img-src data:; base-uri \'none\'; form-action \'none\''

export interface PageHead {
  title: string
  /** CSS of our own. */
  style: string
  /** Whether the page has a dark face of its own. */
  schemes: boolean
}

/** From the doctype to the end of the head. */
export function pageHead(locale: Locale, { title, style, schemes }: PageHead): Markup {
  return html`<!doctype html>
<html lang="${languageTag(locale)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
${schemes && trusted('<meta name="color-scheme" content="light dark">\n')}<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>`
}
