import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeXml, parseXml, XmlError } from '../../core/xml.ts'

test('elements, text, CDATA and entities are read', () => {
  expect(parseXml('\ufeff<?xml version="1.0"?><!-- c --><a x="1" y=\'2\'>t<b/>&amp;&#65;&#x42;<![CDATA[<&]]><c> d </c></a>\n')).toEqual({
    name: 'a', text: 't&AB<&', children: [{ name: 'b', children: [], text: '' }, { name: 'c', children: [], text: 'd' }],
  })
})

test('what is not well formed, or could grow, is refused', () => {
  for (const bad of ['', 'x', '<a>', '<a></b>', '</a>', '<a/><b/>', '<a>&nbsp;</a>', '<a b=c></a>', '<a', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', `${'<a>'.repeat(60)}${'</a>'.repeat(60)}`]) {
    expect(() => parseXml(bad), bad).toThrow(XmlError)
  }
})

test('whatever is written is read again', () => {
  const sign = fc.oneof(fc.integer({ min: 0, max: 0x10ffff }), fc.integer({ min: 0, max: 0x7f })).map((code) => String.fromCodePoint(code))
  fc.assert(fc.property(fc.array(sign).map((signs) => signs.join('')), (text) => {
    const kept = [...text].filter((each) => /[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(each)).join('').trim()
    expect(parseXml(`<a>${escapeXml(text)}</a>`).text).toBe(kept)
  }), { seed: 5 })
})

test('no text makes the reader fail in another way, or slow', () => {
  const piece = fc.constantFrom('<a>', '</a>', '<a', '/>', '<![CDATA[', ']]>', '<!--', '-->', '&', '&#;', '<?', '?>', ' x="', '"', 'text', '<!DOCTYPE')
  fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
    try {
      parseXml(pieces.join(''))
    } catch (error) {
      expect(error).toBeInstanceOf(XmlError)
    }
  }), { seed: 6, numRuns: 2000 })
  const before = performance.now()
  expect(() => parseXml(`<a ${'x="1" '.repeat(20_000)}`)).toThrow(XmlError)
  expect(performance.now() - before).toBeLessThan(2000)
})
