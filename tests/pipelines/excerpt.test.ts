import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutExcerpt } from '../../pipelines/excerpt.ts'

test('an excerpt is the text itself, word for word, and no longer than a quotation', () => {
  const piece = fc.constantFrom('停水两天了，', '物业没有通知。', '充电桩全部强制改用新能源卡！', '‹姓名›来电', 'water main burst; ', '请处理。', 'x'.repeat(90))
  fc.assert(fc.property(fc.array(piece, { minLength: 1, maxLength: 40 }), fc.subarray(['新能源卡', 'main burst', '停水']), (pieces, phrases) => {
    const whole = pieces.join('').replace(/\s+/g, ' ').trim()
    const said = cutExcerpt(pieces.join(''), phrases)
    expect(whole).toContain(said.replace(/^…/, '').replace(/…$/, ''))
    expect([...said].length).toBeLessThanOrEqual(162)
  }), { seed: 20261123 })
})

test('the sentence that says the phrases is the one that is quoted', () => {
  const said = cutExcerpt(`${'您好，我是小区业主。'.repeat(20)}充电桩全部强制改用新能源卡。${'谢谢领导。'.repeat(60)}`, ['新能源卡'])
  expect(said).toMatch(/^…充电桩全部强制改用新能源卡。谢谢/)
  expect(said).toMatch(/…$/)
})
