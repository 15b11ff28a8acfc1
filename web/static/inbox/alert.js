// Keys on the page of one alert, its map night by night, and forms that open by their address.
import { listen, say, send } from './keys.js'

const alert = document.getElementById('alert')
const path = alert.dataset.path

/** The form of the first of these acts that the page offers. */
function formOf(...acts) {
  for (const act of acts) {
    const form = document.querySelector(`.acts form[data-act="${act}"]`)
    if (form) return form
  }
  return undefined
}

function open(...acts) {
  const form = formOf(...acts)
  if (!form) return
  form.closest('details')?.setAttribute('open', '')
  form.scrollIntoView({ block: 'center' })
  form.querySelector('select, textarea, input:not([type=hidden]), button')?.focus()
}

async function feedback(verdict) {
  const { ok, text } = await send(`${path}/feedback`, { verdict, version: alert.dataset.version })
  say(text, ok ? 'good' : 'bad')
}

listen({
  e: () => formOf('sign')?.requestSubmit(), z: () => open('snooze', 'wake'), r: () => open('strike_off', 'request_strike_off'), a: () => document.querySelector('form[data-act="assign"]')?.requestSubmit(document.querySelector('form[data-act="assign"] button')),
  1: () => feedback('true'), 2: () => feedback('false'), 3: () => feedback('known'), 4: () => feedback('data_problem'),
  '/': () => { location.href = '/inbox#q' }, 'g i': () => { location.href = '/inbox' }, k: () => document.getElementById('back').focus(),
})

const wanted = location.hash.slice('#act-'.length)
if (location.hash.startsWith('#act-')) open(...(wanted === 'strike' ? ['strike_off', 'request_strike_off'] : [wanted]))

const until = document.getElementById('map-until')
if (until) {
  until.hidden = false
  const nights = until.dataset.nights.split(',')
  const slider = document.getElementById('map-night')
  slider.addEventListener('input', () => {
    const night = nights[Number(slider.value)]
    until.querySelector('output').textContent = night
    for (const cell of document.querySelectorAll('#map .m-cell')) cell.toggleAttribute('hidden', cell.dataset.first > night)
  })
}
