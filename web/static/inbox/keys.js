// Single keys, which can be switched off, and the dialog that explains them.
const KEPT = 'weisu.keys'

export function keysAreOn() {
  return localStorage.getItem(KEPT) !== 'off'
}

/** @param table what a key does; `g` waits for the next one */
export function listen(table) {
  const dialog = document.getElementById('keys')
  const state = document.getElementById('keys-state')
  const tell = () => { state.textContent = keysAreOn() ? dialog.dataset.on : dialog.dataset.off }
  document.getElementById('keys-toggle').addEventListener('click', () => {
    localStorage.setItem(KEPT, keysAreOn() ? 'off' : 'on')
    tell()
  })
  document.getElementById('keys-close').addEventListener('click', () => dialog.close())
  let before = ''
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open) return
    const at = event.target
    if (at instanceof HTMLElement && (at.isContentEditable || /^(TEXTAREA|SELECT)$/.test(at.tagName) || at.tagName === 'INPUT' && !/^(checkbox|radio|button|submit)$/.test(at.type))) {
      if (event.key === 'Escape') at.blur()
      return
    }
    if (event.key === '?') {
      tell()
      dialog.showModal()
      return
    }
    if (!keysAreOn()) return
    const key = before === 'g' ? `g ${event.key}` : event.key
    before = event.key === 'g' ? 'g' : ''
    const act = table[key]
    if (!act) return
    event.preventDefault()
    act(event)
  })
}

/** Sends a form as its page would, and asks for the outcome instead of a page. */
export async function send(path, fields) {
  const reply = await fetch(path, { method: 'POST', headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(fields) })
  const said = await reply.json().catch(() => ({}))
  return { ok: reply.ok, text: reply.ok ? said.message : said.error?.message ?? String(reply.status) }
}

/** Says something where readers of screens hear it, and everybody else sees it. */
export function say(text, tone = 'good') {
  let box = document.getElementById('said')
  if (!box) {
    box = document.createElement('div')
    box.id = 'said'
    box.setAttribute('role', 'status')
    document.getElementById('main').prepend(box)
  }
  box.className = `message ${tone}`
  box.textContent = text
}
