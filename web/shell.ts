/**
 * The page around a page: head, menu, message, footer. Works without script; `body` is made with `html` of hono/html, which escapes.
 */
import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { asset } from './assets.ts'
import { readCookies } from './cookies.ts'
import { NAVIGATION } from './navigation.ts'
import type { Section } from './navigation.ts'
import { standingBanner } from './operations/banner.ts'
import { FLASH, readMessage } from './reply.ts'
import type { Message } from './reply.ts'
import type { WebRequest } from './request.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

export interface PageParts {
  title: string
  section?: Section
  body: Html
  /** Modules below web/static/, such as 'inbox/list.js'. */
  scripts?: readonly string[]
  /** Style sheets below web/static/ besides weisu.css. */
  styles?: readonly string[]
  status?: number
  /** Said at the top of this page; without it what the form before left to say. */
  message?: Message
  /** The whole width of the window instead of a column for reading. */
  wide?: boolean
  headers?: Readonly<Record<string, string>>
}

export async function page(request: WebRequest, parts: PageParts): Promise<Response> {
  const { title, section, body, scripts = [], styles = [], status = 200, wide = false } = parts
  const waiting = readMessage(readCookies(request.headers.get('cookie')).get(FLASH))
  const message = parts.message ?? waiting
  const { locale, theme, signedIn } = request
  const text = request.text
  const document = await html`<!doctype html>
<html lang="${locale === 'zh' ? 'zh-CN' : 'en'}" data-theme="${theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${theme === 'auto' ? 'light dark' : theme}">
<title>${title} · ${text('web.product')}</title>
<link rel="icon" href="${asset('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${asset('weisu.css')}">
${styles.map((name) => html`<link rel="stylesheet" href="${asset(name)}">`)}
${scripts.map((name) => html`<script type="module" src="${asset(name)}"></script>`)}
</head>
<body>
<a class="skip" href="#main">${text('web.skip')}</a>
<header class="bar">
<div class="bar-in">
<a class="brand" href="/"><img src="${asset('icon.svg')}" alt="" width="28" height="28"><span>${text('web.product')}</span></a>
${signedIn ? html`<nav class="menu" aria-label="${text('web.nav')}"><ul>${NAVIGATION.filter((entry) => request.may(entry.operation)).map((entry) =>
    html`<li><a href="${entry.path}"${entry.section === section ? html` aria-current="page"` : ''}>${text(entry.label)}</a></li>`)}</ul></nav>` : html`<span class="menu"></span>`}
<div class="tools">${languageLink(request)}${themeForm(request)}${signedIn ? accountMenu(request, section) : request.may('sign-in.page') && request.operation !== 'sign-in.page' ? html`<a class="button small" href="/sign-in">${text('web.sign_in')}</a>` : ''}</div>
</div>
</header>
<main id="main" tabindex="-1" class="${wide ? 'wide' : 'column'}">
${await standingBanner(request)}
${message ? html`<div class="message ${message.tone ?? 'good'}" role="${message.tone === 'bad' ? 'alert' : 'status'}">${text(message.key, message.params)}</div>` : ''}
${body}
</main>
<footer class="foot"><p>${text('web.footer', { version: request.config.version })}</p></footer>
</body>
</html>`
  const response = new Response(String(document), { status, headers: { 'content-type': 'text/html; charset=utf-8', ...parts.headers } })
  if (waiting) response.headers.append('set-cookie', `${FLASH}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`)
  return response
}

function languageLink(request: WebRequest): Html {
  const other = request.locale === 'zh' ? 'en' : 'zh'
  const query = new URLSearchParams(request.method === 'GET' ? request.url.search : '')
  query.set('lang', other)
  return html`<a class="tool" href="${request.method === 'GET' ? request.url.pathname : '/'}?${query.toString()}" hreflang="${other === 'zh' ? 'zh-CN' : 'en'}" lang="${other === 'zh' ? 'zh-CN' : 'en'}">${other === 'zh' ? '中文' : 'English'}</a>`
}

const NEXT_THEME = { auto: 'dark', dark: 'light', light: 'auto' } as const

function themeForm(request: WebRequest): Html {
  const label = request.text('web.theme', { theme: request.text(`web.theme.${request.theme}`) })
  return html`<form method="post" action="/preferences"><input type="hidden" name="back" value="${request.method === 'GET' ? request.url.pathname + request.url.search : '/'}"><input type="hidden" name="theme" value="${NEXT_THEME[request.theme]}"><button class="tool" title="${label}" aria-label="${label}"><svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">${request.theme === 'light'
    ? html`<circle cx="10" cy="10" r="4" fill="currentColor"/><path d="M10 1v3M10 16v3M1 10h3M16 10h3M3.6 3.6l2.1 2.1M14.3 14.3l2.1 2.1M3.6 16.4l2.1-2.1M14.3 5.7l2.1-2.1" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/>`
    : request.theme === 'dark' ? html`<path d="M16.5 12.5A7 7 0 0 1 7.5 3.5a7 7 0 1 0 9 9z" fill="currentColor"/>`
      : html`<circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor"/>`}</svg></button></form>`
}

function accountMenu(request: WebRequest, section: Section | undefined): Html {
  const { actor, text } = request
  return html`<details class="who"><summary><span class="who-name">${actor.name}</span><span class="who-role">${text(`role.${actor.role}`)}</span></summary><div class="who-box">
<p>${actor.units[0] ?? ''}</p>
${request.may('account.page') ? html`<a href="/account"${section === 'account' ? html` aria-current="page"` : ''}>${text('web.nav.account')}</a>` : ''}
${request.may('sign-out') ? html`<form method="post" action="/sign-out"><button class="plain">${text('web.sign_out')}</button></form>` : ''}
</div></details>`
}
