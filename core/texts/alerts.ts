/** Texts of alerts: key → [zh, en]. */
export const alertsTexts = {
  'alert.level.blue': ['蓝色·关注', 'blue · watch'],
  'alert.level.yellow': ['黄色·预警', 'yellow · warning'],
  'alert.level.orange': ['橙色·严重', 'orange · serious'],
  'alert.level.red': ['红色·特别严重', 'red · critical'],
  'alert.kind.emerging': ['苗头性', 'emerging'],
  'alert.kind.common': ['高频共性', 'common'],
  'alert.kind.seasonal': ['季节性', 'seasonal'],
  'alert.title': ['{place} · {topic}：近{days}天{callers}人反映，通常{expected}', '{topic}, {place}: {callers} callers in {days} days, usually {expected}'],
  'alert.title_day': ['{place} · {topic}：当日{callers}人反映，通常{expected}', '{topic}, {place}: {callers} callers in a day, usually {expected}'],
  'alert.expected': ['{n}人', '{n}'],
  'alert.expected.none': ['几乎没有', 'almost none'],
  'alert.all_topics': ['各类诉求', 'all topics'],
  'alert.why': [
    '近{days}天有{callers}名不同诉求人反映，通常{expected}；如此偏离，全市平均约{recurrence}才会偶然出现一次',
    '{callers} different callers in {days} days, usually {expected}; chance alone would show as much somewhere about once in {recurrence}',
  ],
  'alert.why.never': [
    '近{days}天有{callers}名不同诉求人反映，通常{expected}；若一切照常，全市一百年也难得偶然出现一次',
    '{callers} different callers in {days} days, usually {expected}; chance alone would hardly show as much once in a century anywhere',
  ],
  'alert.recurrence.days': ['{n}天', '{n} days'],
  'alert.recurrence.years': ['{n}年', '{n} years'],
  'alert.recurrence.never': ['百年以上', '100 years or more'],
} as const
