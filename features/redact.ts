/**
 * Takes personal data out of free text before it is stored: each piece becomes a mark such as ‹手机›. Rules of the
 * privacy minimum: mobile and landline numbers, ID numbers, bank cards (Luhn), plates, e-mail addresses, WeChat and QQ
 * names, names after 市民, 来电人, 先生/女士 and 我叫, and building-unit-room.
 *
 * All patterns run in linear time: no nested quantifiers, every repetition bounded. Text without a digit run, '@' or
 * one of the words is returned as it came, after one look.
 */

/** What may hold personal data at all; most texts leave here. */
const SUSPICIOUS = /[0-9０-９]{4}|[@＠]|微信|薇信|QQ|qq|Q号|市民|来电人|诉求人|反映人|联系人|投诉人|先生|女士|小姐|我叫|我是|名叫|姓名|栋|幢|单元|号楼|车牌|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-NP-Z]/

const ID_NUMBER = /(?<![0-9])[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9])/g
const CARD = /(?<![0-9])[3-6][0-9]{3}(?:[ -]?[0-9]{4}){2,3}(?:[ -]?[0-9]{1,4})?(?![0-9])/g
const MOBILE = /(?<![0-9])(?:(?:\+|00)?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9])/g
const LANDLINE = /(?<![0-9])(?:0[1-9][0-9]{1,2}[-— ]?[2-9][0-9]{6,7}|\(0[1-9][0-9]{1,2}\) ?[2-9][0-9]{6,7}|[48]00[- ]?[0-9]{3}[- ]?[0-9]{4}|\(?[2-9][0-9]{2}[).-] ?[0-9]{3}[.-][0-9]{4})(?:[-转][0-9]{1,5})?(?![0-9])/g
const NAMED_NUMBER = /(电话|手机|号码|联系方式|座机|联系)(号码|号)?([:：是为]?\s?)[2-9][0-9]{6,7}(?![0-9])/g
const EMAIL = /[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}[@＠][A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}/g
const PLATE = /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-NP-Z][·•. ]?(?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳][DF0-9]?)(?![A-Za-z0-9])/g
const CHAT = /(微信|薇信|wechat|vx|QQ|Q号)(群)?(号码|号|账号|名|id)?([:：是为]?\s?)[A-Za-z0-9][A-Za-z0-9_-]{4,19}/gi
/** Room of a flat: building, unit, room in whole or part, at least two of the three. */
const ROOM = /(?:[0-9A-Za-z]{1,4}|[一二三四五六七八九十]{1,3})(?:号楼|栋|幢|座|#楼?|号)(?:[0-9A-Za-z一二三四五六七八九十]{1,3}单元)?[0-9]{3,4}(?:室|房|号房|户|号)?(?![0-9元年月日个名户])|(?:[0-9A-Za-z]{1,4}|[一二三四五六七八九十]{1,3})(?:号楼|栋|幢|座)[0-9A-Za-z一二三四五六七八九十]{1,3}单元(?:[0-9]{1,4}(?:室|房|户|号)?)?|[0-9A-Za-z一二三四五六七八九十]{1,3}单元[0-9]{2,4}(?:室|房|户|号)?|(?:[0-9]{1,3}-){2}[0-9]{3,4}(?![0-9-])/g

const SURNAME = '[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢滑裴陆荣翁荀羊於惠甄曲家封芮储靳段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶黎薄印宿白怀蒲台从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公仉督岳帅缑亢况郈有琴归海晋楚闫法汝鄢涂钦商牟佘佴伯赏墨哈谯笪年爱阳佟肖覃涂]'
/** Surname and title: 张先生, 李某某女士, 王*. */
const TITLED = new RegExp(`${SURNAME}(?:[某*＊×xX\\p{Script=Han}]{0,2})(?=先生|女士|小姐|太太|师傅|阿姨|大爷|大妈|同志)`, 'gu')
/** Name after a word that announces one. */
const ANNOUNCED = new RegExp(`((?:市民|来电人|诉求人|反映人|联系人|投诉人|举报人|当事人|业主|姓名|户主)(?:姓名|叫|名叫)?[:：为是]?\\s?|我叫|我是(?=${SURNAME}[\\p{Script=Han}]{1,2}[,，。;；、 ])|名叫)(${SURNAME}[某*＊×\\p{Script=Han}]{1,2})(?=[,，。.;；:：、(（)） \\n]|先生|女士|来电|反映|投诉|咨询|求助|举报|称|表示|电话|手机|联系|身份证|$)`, 'gu')

/** The same text with marks in place of personal data; marks are stable: redacting twice changes nothing. */
export function redact(text: string): string {
  if (!SUSPICIOUS.test(text)) return text
  // Full-width digits hide numbers from the patterns; only they are folded, one character for one.
  const plain = /[０-９＠]/.test(text) ? text.replace(/[０-９＠]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)) : text
  let result = plain
  if (/[0-9]{4}|@|[0-9一二三四五六七八九十](?:栋|幢|号楼|座|单元)|微信|薇信|QQ|qq|Q号|[A-HJ-NP-Z]/.test(plain)) {
    result = result
      .replace(EMAIL, '‹邮箱›')
      .replace(ID_NUMBER, '‹身份证›')
      .replace(MOBILE, '‹手机›')
      .replace(CARD, (found) => (passesLuhn(found) ? '‹银行卡›' : found))
      .replace(LANDLINE, '‹电话›')
      .replace(NAMED_NUMBER, '$1$2$3‹电话›')
      .replace(CHAT, '$1$2$3$4‹账号›')
      .replace(PLATE, '‹车牌›')
      .replace(ROOM, '‹门牌›')
  }
  return result.replace(TITLED, '‹姓名›').replace(ANNOUNCED, '$1‹姓名›')
}

function passesLuhn(found: string): boolean {
  const digits = found.replace(/[ -]/g, '')
  if (digits.length < 15 || digits.length > 19) return false
  let sum = 0
  for (let i = digits.length - 1, double = false; i >= 0; i--, double = !double) {
    let digit = digits.charCodeAt(i) - 48
    if (double) digit = digit > 4 ? digit * 2 - 9 : digit * 2
    sum += digit
  }
  return sum % 10 === 0
}
