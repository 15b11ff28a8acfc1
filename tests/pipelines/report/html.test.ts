import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanText, escape, html, trusted } from '../../../pipelines/report/html.ts'
import { HOSTILE } from './fixture.ts'

test('values are escaped, markup made by the tag is not, nothing prints nothing', () => {
  expect(html`<p title="${'"a\'b'}">${'<b>&'}${html`<i>${1}</i>`}${null}${undefined}${false}${[html`<u></u>`, '>']}</p>`.text)
    .toBe('<p title="&quot;a&#39;b">&lt;b&gt;&amp;<i>1</i><u></u>&gt;</p>')
  expect(html`${trusted('<hr>')}`.text).toBe('<hr>')
})

test('no text can open a tag, close a script or leave an attribute', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'<>"\'&/=;a字\u202E\uD800') }), (text) => {
    expect(html`${text}`.text).not.toMatch(/[<>"']/)
  }), { seed: 20260101 })
  expect(escape(HOSTILE)).not.toMatch(/[<>]/)
})

test('marks that turn the reading direction are taken out, half surrogates replaced', () => {
  expect(cleanText('a\u202Egnp.exe\u2066\u200F\u0000b\tc\nd')).toBe('agnp.exeb\tc\nd')
  expect(cleanText('\uD800x')).toBe('\uFFFDx')
  expect(cleanText('龘靐😀 é')).toBe('龘靐😀 é')
})
