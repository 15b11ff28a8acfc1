// Keeps the progress of an errand up to date; the page works without it. When it has ended the page is loaded anew, with its result.
const EVERY_MS = 2000

for (const part of document.querySelectorAll('[data-progress]')) watch(part)

async function watch(part) {
  for (let failures = 0; failures < 10;) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS * (failures + 1)))
    if (document.hidden) continue
    try {
      const response = await fetch(part.dataset.progress, { headers: { accept: 'application/json' } })
      if (!response.ok) throw new Error(String(response.status))
      const { status, done, total, where } = await response.json()
      failures = 0
      if (status !== 'waiting' && status !== 'running') return location.reload()
      const place = part.querySelector('[data-where]')
      if (place && place.textContent !== where) place.textContent = where
      const bar = part.querySelector('progress')
      if (total !== null && !bar) return location.reload()
      if (bar) bar.value = done
      const count = part.querySelector('[data-count]')
      if (count) count.textContent = `${done} / ${total}`
    } catch {
      failures++
    }
  }
}
