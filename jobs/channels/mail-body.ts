/**
 * The two bodies of an e-mail: plain text that can be read alone, and HTML in tables, with its styles inline, without anything that is
 * fetched from elsewhere.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { AlertNews } from '../../pipelines/alert-news.ts'
import type { Message } from './message.ts'
import { escapeHtml, plain } from './plain.ts'
import { beyondWords, emptyLine, inOrder, itemWords, subjectOf } from './wording.ts'

/** Mail programs clip HTML beyond 102 KB; the rest is in the inbox. */
const MOST_ITEMS = 60

const COLOURS: Readonly<Record<string, string>> = { red: '#b3261e', orange: '#b35900', yellow: '#8a6d00', blue: '#1f5fa8' }
const FONT = `font-family:'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',system-ui,sans-serif`

export function mailBodies(message: Message, locale: Locale, subscription: string, publicUrl: string): { text: string, html: string } {
  const items = inOrder(message.items)
  const shown = items.slice(0, MOST_ITEMS)
  const left = items.length - shown.length
  const note = message.kind === 'test' ? t(locale, 'delivery.test_note') : items.length === 0 ? emptyLine(message, locale) : ''
  const more = left > 0 ? t(locale, 'delivery.more', { n: left }) : ''
  const beyond = beyondWords(message, locale)
  const footer = t(locale, 'delivery.footer', { id: subscription })
  const text = [note, ...shown.map((item) => itemText(item, locale)), more, beyond === null ? '' : [beyond.head, ...beyond.lines.map((line) => `  ${plain(line)}`)].join('\n'), publicUrl === '' ? '' : t(locale, 'delivery.field', { name: t(locale, 'delivery.inbox'), value: publicUrl }), `--\n${footer}`]
    .filter((part) => part !== '').join('\n\n')
  const html = `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escapeHtml(subjectOf(message, locale))}</title></head>`
    + `<body style="margin:0;padding:16px;${FONT};font-size:15px;line-height:1.5"><table role="presentation" style="max-width:600px;width:100%;border-collapse:collapse">`
    + (note === '' ? '' : `<tr><td style="padding:8px 0">${escapeHtml(note)}</td></tr>`)
    + shown.map((item) => `<tr><td style="padding:12px 0;border-bottom:1px solid #999">${itemHtml(item, locale)}</td></tr>`).join('')
    + (more === '' ? '' : `<tr><td style="padding:8px 0">${escapeHtml(more)}</td></tr>`)
    + (beyond === null ? '' : `<tr><td style="padding:12px 0"><div style="font-weight:600">${escapeHtml(beyond.head)}</div>${beyond.lines.map((line) => `<div>${escapeHtml(line)}</div>`).join('')}</td></tr>`)
    + (publicUrl === '' ? '' : `<tr><td style="padding:8px 0"><a href="${escapeHtml(publicUrl)}">${escapeHtml(t(locale, 'delivery.inbox'))}</a></td></tr>`)
    + `<tr><td style="padding:12px 0;font-size:12px;color:#666">${escapeHtml(footer)}</td></tr></table></body></html>`
  return { text, html }
}

function itemText(item: AlertNews, locale: Locale): string {
  const { level, title, fields, url } = itemWords(item, locale)
  return [t(locale, 'delivery.headline', { level, title: plain(title) }), ...fields.map(([name, value]) => `  ${t(locale, 'delivery.field', { name, value: plain(value) })}`), ...(url === null ? [] : [`  ${url}`])].join('\n')
}

function itemHtml(item: AlertNews, locale: Locale): string {
  const { level, title, fields, url } = itemWords(item, locale)
  const rows = fields.map(([name, value]) => `<tr><td style="padding:0 12px 0 0;color:#666;vertical-align:top;white-space:nowrap">${escapeHtml(name)}</td><td>${escapeHtml(value)}</td></tr>`)
  return `<div style="color:${COLOURS[item.level] ?? '#333'};font-weight:600">${escapeHtml(level)}</div><div style="font-weight:600">${escapeHtml(title)}</div>`
    + `<table role="presentation" style="border-collapse:collapse">${rows.join('')}</table>`
    + (url === null ? '' : `<div><a href="${escapeHtml(url)}">${escapeHtml(t(locale, 'delivery.open'))}</a></div>`)
}
