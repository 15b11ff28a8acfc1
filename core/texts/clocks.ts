/** Texts of deadlines and clocks: key → [zh, en]. */
export const clocksTexts = {
  'clock.sign': ['签收', 'sign'],
  'clock.verify': ['首次回复（核实）', 'first reply'],
  'clock.feedback': ['反馈', 'feedback'],
  'clock.close': ['办结', 'close'],
  'clock.rework': ['重办', 'rework'],
  'clock.review': ['复核', 'review'],
  'clock.reassign': ['改派裁定', 'reassignment'],
  'clock.book': ['挂账反馈', 'feedback on book'],
  'clock.look_back_30': ['回头看（30 日）', 'look-back, 30 days'],
  'clock.look_back_90': ['回头看（90 日）', 'look-back, 90 days'],
  'clock.task': ['任务', 'task'],
  'clock.commitment': ['承诺', 'commitment'],
  'clock.milestone': ['节点', 'milestone'],
  'clocks.raised_why': ['{clock}逾期未办（{unit}，时限 {due}），按时限规则提级', '{clock} is overdue ({unit}, due {due}): raised by the rules of deadlines'],
} as const
