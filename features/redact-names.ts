/**
 * Whose name is it? Names are taken out where the text itself announces them: behind a word such as 联系人, before 先生 or a
 * sex, beside a number that was taken out. A name that stands alone is not told from other words and stays.
 */

/** Surnames that are hardly ever another word. */
const PLAIN = '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严魏陶姜戚谢邹喻柏窦苏潘葛奚范彭郎鲁韦昌苗凤俞袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬卞齐康伍余卜顾孟黄穆萧尹姚邵湛汪祁毛禹狄贝臧伏戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻贾路娄江童颜郭梅盛林刁钟徐邱骆夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪宗丁宣邓郁单杭洪诸左崔吉龚程邢裴陆荣翁荀於惠甄曲封芮储靳段焦巴牧隗侯宓蓬郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶黎蓟薄印宿怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔阴胥闻莘党翟谭贡劳逄姬申扶冉宰郦雍璩桑桂濮牛寿边扈燕冀浦尚农温别庄晏柴瞿阎慕连茹习宦艾鱼容古慎戈廖庾终暨居衡耿弘匡寇禄阙欧殳沃蔚越夔隆师巩厍聂晁勾敖融訾辛阚饶曾沙养鞠须丰巢蒯相荆红游竺权逯盖益桓岳帅缑亢况郈琴商牟佘佴伯赏墨哈谯笪年爱阳佟肖覃涂奉解华金水章云方任孟石白付闫仝邸代佟'
/** Surnames that are also words: believed where nothing else can stand. */
const AMBIGUOUS = '计和于向从应时常关那查全有满成都安乐平元花马皮明能高易强危包车山谷东后归海国文广利空公简法钦言'
const COMPOUND = '欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|东方|独孤|南宫|端木|轩辕'
const GIVEN = '[某*＊×xX\\p{Script=Han}]'
const STRICT = `(?:(?:${COMPOUND})|[${PLAIN}])`
const ANY = `(?:(?:${COMPOUND})|[${PLAIN}${AMBIGUOUS}])`
/** 张伟, 张 伟, 欧阳娜娜, 阿卜杜·买买提. */
const NAME = (surname: string): string => `(?:${surname}[ \\u3000]{0,2}${GIVEN}{1,2}|\\p{Script=Han}{2,5}[·•]\\p{Script=Han}{2,5})`
/** What may follow a name. */
const AFTER = '(?=[,，。.;；:：、!！?？(（)） \\n\\u3000‹*＊0-9/]|$|先生|女士|同志|来电|反映|投诉|咨询|求助|举报|称|表示|说|电话|手机|联系|身份证|住|家住|系|男|女|今年|现年|来自|于|的|要求|希望|建议|想|认为|今|昨)'

/** A whole name, nothing of it hidden. */
const FULL = new RegExp(`^(?:(?:${COMPOUND})|[${PLAIN}])\\p{Script=Han}{1,2}$`, 'u')

/** Surname and title: 张先生, 李某某女士, 王*. */
const TITLED = new RegExp(`${ANY}${GIVEN}{0,2}(?=先生|女士|小姐|太太|师傅|阿姨|大爷|大妈|大叔|大姐|奶奶|爷爷|同志)`, 'gu')
/** Words that name a field: what follows is a name, whatever its surname. */
const FIELD = new RegExp(`((?:来电人|诉求人|反映人|联 ?系 ?人|投 ?诉 ?人|举 ?报 ?人|求助人|申请人|留言人|问政人|当事人|受害人|经办人|负责人|法人代表|法定代表人|监护人|委托人|业主代表|代表|户主|姓 ?名|我叫|名字是|名字叫|本人叫|真名叫?)(?:姓名|名字|叫|名叫|系|是|为)?[:：,，]?[ \\u3000]{0,3})(${NAME(ANY)})${AFTER}`, 'gu')
/** Words that name a person and often are followed by something else. */
const WORD = new RegExp(`((?:市民|居民|村民|业主|住户|租户|房东|学生|孩子|儿子|女儿|妻子|丈夫|老公|老婆|父亲|母亲|患者|老人|本人名?|我是|名叫|叫做|司机|房主|女婿|儿媳|驾驶员)[:：]?[ \\u3000]{0,2}[“"「]?)(${NAME(STRICT)}|[${AMBIGUOUS}]${GIVEN}{1,2})${AFTER}`, 'gu')
/** 我叫 is enough where the name runs on into the sentence. */
const CALLED = new RegExp(`((?:我叫|本人叫|名叫)[ \\u3000]?[“"「]?)(${ANY}${GIVEN}{1,2})(?!\\p{Script=Han}?(?:幼儿|[小中大]?学|小区|公司|酒店|花园|广场|[站村镇路园苑城府店街巷桥]))`, 'gu')
/** A name with sex, number or telephone behind it. */
const DESCRIBED = new RegExp(`(?<![\\p{Script=Han}A-Za-z0-9])(${NAME(ANY)})(?=[ \\u3000]*[,，、(（]?[ \\u3000]*(?:(?:男|女)(?:性|童)?[,，、。;；)） ]|(?:的?(?:身份证|联系电话|手机|电话))|‹(?:手机|电话|身份证)›|[*＊]{6}))`, 'gu')
/** Begins like a name and is none: what people say of themselves, and words of places and offices. */
const NOT_A_NAME = /^(?:单位|房东|房主|水电|云盘|路过|金融|石油|方便|方式|方面|任何|解决|相关|相信|相当|年龄|年纪|连续|居住|居民|支持|支付|管理|项目|程序|包括|江边|路边|田间|武汉|连同|党员|师傅|幸好|尚未|尚不|终于|越来越|况且|别人|商家|商户|商铺|章程|华为|养老|怀孕|康复|温馨|隆重|古稀|边上|年轻|年满|年过|年近|荣幸|黄泥|白天|经理|孕妇|别墅|景区|景观|融资|印象|万分|万般|安置|高中|高考|常年|农民|农村|公司|公务|和家|和妻|和丈|和先|和老|于20|关于|应届|有什|有关|成都|那个|文化|广大|全体|全家|全部|海南|东边|山东|山西|江西|江苏|河|国家|明明|明天|马上|平时|法定|法院|能否|能够|都是|都在)/u
/** Behind 市民 or 我是 these are the next word of the sentence. */
const GOES_ON = /^(?:向.|从.|和.|应.|常[年在去住来]|能.|都.|有.|那.|全.|时.|归.|通.|公.|安[居排全装]|平[时常]|满[意足]|于[是此今\d]|后.|东.|花[园费了])/u
/** Ends like a place or an office. */
const A_PLACE = /(?:[省市县区镇乡村组街道路巷里坊湾园苑府城庭邸郡墅座栋楼院校站桥山河湖岭冲坪塘坡垸厦]|小区|公司|单位|户口|户籍|人|们|家|户|队|局|办|处)$/u

const ENGLISH_TITLED = /\b(Mr|Mrs|Ms|Miss|Mx)(\.?) {1,2}[A-Z][A-Za-z'’-]{1,24}(?: [A-Z][A-Za-z'’-]{1,24}){0,2}/g
const ENGLISH_NAMED = /\b((?:my name is|name is|i am|this is|contact(?: person)?|caller|name|complainant|resident|tenant|owner|reported by)(?: ?:)? {1,2})[A-Z][a-z][A-Za-z'’-]{0,24}(?: [A-Z]\.?)?(?: [A-Z][A-Za-z'’-]{1,24}){1,2}(?! (?:St|Ave|Road|Rd|Street|Avenue|Park|Blvd|Drive|Dr|Lane|Ln|Houses|Towers|Apartments)\b)/gi

/** So many announced names are looked for in the rest of the text. */
const MOST_NAMES = 12

/** @param text  in which numbers are marks already */
export function redactNames(text: string): string {
  let result = text
  if (/[\u4e00-\u9fff]/.test(result)) {
    const told = new Set<string>()
    const hide = (word: string, name: string): string => {
      if (told.size < MOST_NAMES) told.add(name)
      return `${word}‹姓名›`
    }
    result = result
      .replace(FIELD, (whole, word: string, name: string) => (isName(name) || /[:：]/.test(word) ? hide(word, name) : whole))
      .replace(WORD, (whole, word: string, name: string) => (isName(name) && !GOES_ON.test(name) && !A_PLACE.test(name) ? hide(word, name) : whole))
      .replace(CALLED, (whole, word: string, name: string) => (isName(name) && !A_PLACE.test(name) ? hide(word, name) : whole))
    if (/[男女‹*＊]|身份证|电话|手机/.test(result)) result = result.replace(DESCRIBED, (whole, name: string) => (isName(name) && !A_PLACE.test(name) ? hide('', name) : whole))
    result = result.replace(TITLED, (name) => hide('', name))
    // Who was announced once is the same person further on.
    for (const name of told) if (FULL.test(name)) result = result.replaceAll(name, '‹姓名›')
  }
  if (/[A-Za-z]{2}/.test(result)) {
    result = result.replace(ENGLISH_TITLED, '$1$2 ‹姓名›')
    if (/\b(?:name|i am|this is|contact|caller|complainant|resident|tenant|owner|reported by)\b/i.test(result)) {
      result = result.replace(ENGLISH_NAMED, (whole, word: string) => (/[A-Z]/.test(whole.charAt(word.length)) && /\b[A-Z][a-z]/.test(whole.slice(word.length)) ? `${word}‹姓名›` : whole))
    }
  }
  return result
}

function isName(found: string): boolean {
  return !NOT_A_NAME.test(found)
}
