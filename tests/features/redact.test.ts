import fc from 'fast-check'
import { expect, test } from 'vitest'
import { redact } from '../../features/redact.ts'

test('numbers that identify a person become marks', () => {
  expect(redact('请回电13812345678')).toBe('请回电‹手机›')
  expect(redact('请回电 138 1234 5678，谢谢')).toBe('请回电 ‹手机›，谢谢')
  expect(redact('+86-13812345678')).toBe('‹手机›')
  expect(redact('电话１３８１２３４５６７８')).toBe('电话‹手机›')
  expect(redact('座机010-62345678转801')).toBe('座机‹电话›')
  expect(redact('联系电话：62345678')).toBe('联系电话：‹电话›')
  expect(redact('身份证11010519491231002X。')).toBe('身份证‹身份证›。')
  expect(redact('卡号 6222 0202 0000 0000 000')).not.toContain('‹手机›')
  expect(redact('卡号4111111111111111')).toBe('卡号‹银行卡›')
  expect(redact('发到zhang.san@example.com')).toBe('发到‹邮箱›')
  expect(redact('加微信号：zhangsan_88')).toBe('加微信号：‹账号›')
  expect(redact('QQ 12345678')).toBe('QQ ‹账号›')
  expect(redact('车牌京A12345违停')).toBe('车牌‹车牌›违停')
  expect(redact('粤B·D12345')).toBe('‹车牌›')
})

test('names become marks where a word announces them', () => {
  expect(redact('市民张伟来电反映')).toBe('市民‹姓名›来电反映')
  expect(redact('来电人：李小明，电话')).toBe('来电人：‹姓名›，电话')
  expect(redact('王女士反映楼上漏水')).toBe('‹姓名›女士反映楼上漏水')
  expect(redact('我叫陈国强，住在')).toBe('我叫‹姓名›，住在')
  expect(redact('市民反映道路积水')).toBe('市民反映道路积水')
  expect(redact('市民来电咨询公积金')).toBe('市民来电咨询公积金')
})

test('building, unit and room become a mark; the compound stays', () => {
  expect(redact('锦绣花园3栋2单元501室漏水')).toBe('锦绣花园‹门牌›漏水')
  expect(redact('锦绣花园3号楼2单元501漏水')).toBe('锦绣花园‹门牌›漏水')
  expect(redact('丽景苑12-2-1203停水')).toBe('丽景苑‹门牌›停水')
})

test('ordinary text, dates, amounts and ticket numbers stay', () => {
  for (const text of ['2019年8月至2020年1月停工', '欠薪50000元', '工单202601030012345', '停水3天，影响500户', '地铁2号线施工到凌晨2点', 'POTHOLE ON 1100 MAIN ST', '距离交房2022年12月31日']) expect(redact(text), text).toBe(text)
})

test('redacting twice changes nothing', () => {
  const once = redact('市民张伟13812345678，车牌京A12345，3栋2单元501室，微信号：abc_def1')
  expect(redact(once)).toBe(once)
})

test.each([
  // Each was left in the text before written forms were measured.
  ['联系方式：一三八〇零一二三四五六', '联系方式：‹手机›'],
  ['打1 3 8 0 0 1 3 8 0 0 0', '打‹手机›'],
  ['电话138.0013.8000', '电话‹手机›'],
  ['zhang＠example。com', '‹邮箱›'],
  ['湘a12345', '‹车牌›'],
  ['卡号６２２２０２０２００００００００００', '卡号‹银行卡›'],
  ['业主欧阳娜娜反映', '业主‹姓名›反映'],
  ['杨云，男，45岁', '‹姓名›，男，45岁'],
  ['我叫陈国强住在', '我叫‹姓名›住在'],
  ['我叫陈国强。陈国强说', '我叫‹姓名›。‹姓名›说'],
  ['A10栋三单元206号', '‹门牌›'],
  ['Mr. John Smith at Apt 5B, (713) 555-0199', 'Mr. ‹姓名› at Apt ‹门牌›, ‹电话›'],
])('%s becomes %s', (text, redacted) => {
  expect(redact(text)).toBe(redacted)
})

test('dates, ranges, coordinates and plain prose keep their digits', () => {
  for (const text of ['2019-08-30 12:30:00', '1350-1500元/㎡', '117.0812,36.6634', '2019.08.30-2020.01.15', '9:00-17:00', '工单编号：热线-260402-062267', '10栋房子', '3号楼电梯', '共800户业主', '一二三期', '我是外地人，', '本人户口在外地，', '市民中心', '名叫石灰嘴幼儿园', 'Unit of measure', 'the room was cold']) expect(redact(text), text).toBe(text)
})

test('long hostile text takes linear time', () => {
  const pieces = ['1', '1-', '0-', 'a.', 'a@', '市民', '栋', '1栋1单元', '微信', '京A', '王', '6222 ', '我叫张', '一', '一 ', '我叫张三。', '1栋', '(', 'a at b dot ', '*', 'Mr. A ', '3-2-', '联系人：', '+1 ', '，男']
  for (const piece of pieces) {
    const before = process.cpuUsage()
    redact(piece.repeat(Math.ceil(200_000 / piece.length)))
    const { user, system } = process.cpuUsage(before)
    // Five microseconds a character: quadratic work would take a hundred times as long.
    expect((user + system) / 200_000, piece).toBeLessThan(10)
  }
})

test('any text takes time in proportion to its length, and comes back stable', () => {
  const token = fc.constantFrom('1', '13', '8 ', '一', '张', '市民', '我叫', '栋', '单元', '号楼', '2', '-', '@', '.com', '湘A', '微信', '，', '男', 'Apt ', 'Mr. ', 'Lee', '（', '电话', ' ', '某', '\n')
  fc.assert(fc.property(fc.array(token, { minLength: 1, maxLength: 40 }), (tokens) => {
    const text = tokens.join('')
    const long = text.repeat(Math.ceil(40_000 / text.length))
    const before = process.cpuUsage()
    redact(long)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / long.length, text).toBeLessThan(20)
    const once = redact(text)
    expect(redact(once)).toBe(once)
  }), { seed: 20261123, numRuns: 60 })
})
