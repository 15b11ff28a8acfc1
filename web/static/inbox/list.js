// The list with keys, a third pane, a bar for the selected, and what is new. Everything works without it.
import { listen, say, send } from './keys.js'

const inbox = document.getElementById('inbox')
const peek = document.getElementById('peek')
const rows = [...document.querySelectorAll('.alert-row')]
const bulk = document.querySelector('.bulk')
const SVG = 'http://www.w3.org/2000/svg'
inbox.classList.add('three')
const filters = document.querySelector('.filters .fold')
if (matchMedia('(max-width: 899px)').matches) filters?.removeAttribute('open')
filters?.classList.add('ready')

let at = -1
const facts = new Map()

function boxOf(row) {
  return row.querySelector('input[type=checkbox]')
}

function go(to, focus = true) {
  if (rows.length === 0) return
  rows[at]?.classList.remove('here')
  at = Math.max(0, Math.min(rows.length - 1, to))
  rows[at].classList.add('here')
  if (focus) rows[at].focus()
  void show(rows[at])
}

async function read(row) {
  const { id } = row.dataset
  if (!facts.has(id)) {
    const reply = await fetch(`${row.dataset.href}/peek`, { headers: { accept: 'application/json' } })
    if (!reply.ok) return undefined
    facts.set(id, await reply.json())
  }
  return facts.get(id)
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name)
  if (text !== undefined && text !== null) made.textContent = text
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}

async function show(row) {
  if (getComputedStyle(peek).display === 'none') return
  const fact = await read(row)
  if (!fact || rows[at] !== row) return
  const list = element('dl', null, { class: 'facts' })
  for (const [key, value] of fact.facts) list.append(element('dt', key), element('dd', value))
  const parts = [element('h2', fact.title), element('p', fact.sentence), drawDays(fact), list]
  if (fact.quote) parts.push(element('blockquote', fact.quote))
  parts.push(element('a', fact.open_text, { class: 'button', href: fact.href }))
  peek.replaceChildren(...parts)
}

function drawDays({ days, usual, title }) {
  const most = Math.max(1, ...days.map(Number), ...usual.map(Number))
  const drawing = document.createElementNS(SVG, 'svg')
  drawing.setAttribute('viewBox', '0 0 280 70')
  drawing.setAttribute('role', 'img')
  drawing.setAttribute('aria-label', title)
  drawing.setAttribute('class', 'growth')
  const step = 280 / Math.max(1, days.length)
  const bars = days.map((n, i) => (n ? `M${i * step + 0.5} 69V${69 - 66 * n / most}h${step - 1}V69z` : '')).join('')
  const line = usual.map((n, i) => (n === null ? '' : `${i === 0 || usual[i - 1] === null ? 'M' : 'L'}${(i + 0.5) * step} ${69 - 66 * n / most}`)).join('')
  for (const [name, d] of [['c-now', bars], ['c-usual', line]]) {
    const path = document.createElementNS(SVG, 'path')
    path.setAttribute('class', name)
    path.setAttribute('d', d)
    drawing.append(path)
  }
  return drawing
}

function select(row, on = !boxOf(row).checked) {
  boxOf(row).checked = on
  tellSelected()
}

function tellSelected() {
  bulk?.classList.toggle('idle', !rows.some((row) => boxOf(row).checked))
}

/** Sends an act on the row at hand, with the version that the list shows. */
async function act(name, more = {}) {
  const row = rows[at]
  if (!row) return
  const version = document.querySelector(`input[name="${CSS.escape(`v.${row.dataset.id}`)}"]`)
  const path = name === 'assign' ? '/assign' : name === 'feedback' ? '/feedback' : '/acts'
  const { ok, text } = await send(row.dataset.href + path, { act: name, who: 'me', version: version.value, ...more })
  say(`${row.querySelector('.row-title').textContent.trim()} — ${text}`, ok ? 'good' : 'bad')
  if (!ok) return
  facts.delete(row.dataset.id)
  if (path === '/acts') {
    version.value = String(Number(version.value) + 1)
    row.classList.add('gone')
    const fact = await read(row)
    if (fact) {
      row.querySelector('.state').textContent = fact.state
      version.value = String(fact.version)
    }
    go(at + 1)
  }
}

/** Opens the form of an act on the alert's own page: what it needs to know is asked there. */
function openForm(name) {
  const row = rows[at]
  if (row) location.href = `${row.dataset.href}#act-${name}`
}

listen({
  j: () => go(at + 1), k: () => go(at - 1),
  o: () => rows[at] && (location.href = rows[at].dataset.href), Enter: (event) => (event.target === rows[at] ? location.href = rows[at].dataset.href : event.target.click?.()),
  x: () => rows[at] && select(rows[at]), e: () => act('sign'), a: () => act('assign'), z: () => openForm('snooze'), r: () => openForm('strike'),
  1: () => act('feedback', { verdict: 'true' }), 2: () => act('feedback', { verdict: 'false' }), 3: () => act('feedback', { verdict: 'known' }), 4: () => act('feedback', { verdict: 'data_problem' }),
  '/': () => document.getElementById('q').focus(), 'g i': () => { location.href = '/inbox' },
})

let last
for (const [i, row] of rows.entries()) {
  row.addEventListener('focusin', () => { if (at !== i) go(i, false) })
  row.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || event.target.closest('a, label, input')) return
    if (getComputedStyle(peek).display === 'none') location.href = row.dataset.href
    else go(i)
  })
  boxOf(row).addEventListener('click', (event) => {
    if (event.shiftKey && last !== undefined) for (let k = Math.min(last, i); k <= Math.max(last, i); k++) boxOf(rows[k]).checked = boxOf(row).checked
    last = i
    tellSelected()
  })
}
const all = document.getElementById('select-all')
if (all) {
  all.hidden = false
  document.getElementById('select-all-text').hidden = false
  all.addEventListener('change', () => {
    for (const row of rows) boxOf(row).checked = all.checked
    tellSelected()
  })
}
tellSelected()

// What changed meanwhile: said, never moved under the hand.
const live = document.getElementById('live')
const address = new URL(inbox.dataset.live, location.href)
address.searchParams.set('since', inbox.dataset.since)
const events = new EventSource(address)
events.addEventListener('changed', (event) => {
  const { n } = JSON.parse(event.data)
  live.firstElementChild.textContent = inbox.dataset.liveText.replace('{n}', n)
  live.hidden = false
})
addEventListener('pagehide', () => events.close())
