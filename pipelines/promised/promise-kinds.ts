/**
 * What people complain of when a promise is broken, and what they speak of before: by the names of topics, for each kind of promise.
 * A project's delivery: work that stops, wages unpaid, the developer, the escrowed funds, the deeds.
 */
import type { TopicRow } from '../../sql/trees.ts'

interface PromiseKind { kind: RegExp, complaint: RegExp, leading: RegExp }

const KINDS: readonly PromiseKind[] = [
  {
    kind: /交房|交付|竣工交|handover|delivery/i, complaint: /(延期|逾期|延迟|推迟)交(房|付)|late delivery/i,
    leading: /停工|欠薪|开发商|预售资金|资金监管|退房|房产证|stalled|unpaid wages|developer|escrow|deeds/i,
  },
  { kind: /办证|房产证|产权证|deeds/i, complaint: /房产证|产权证|deeds/i, leading: /开发商|维修资金|房屋质量|developer/i },
  { kind: /供暖|供热|heating/i, complaint: /停暖|温度不达标|no heat/i, leading: /供热漏水|供热收费|heating leak/i },
  { kind: /通车|修路|道路|road/i, complaint: /修路进度|road works/i, leading: /施工围挡|道路破损|欠薪|停工|potholes?/i },
  { kind: /改造|renovation/i, complaint: /改造施工|renovation/i, leading: /停工|欠薪|unpaid wages/i },
]

/** Topics without topics below them, by id. */
export interface PromiseTopics { complaint: TopicRow[], leading: TopicRow[] }

/** Nothing where the kind is unknown, or the city has no such topics. */
export function topicsOfPromise(kind: string, topics: ReadonlyMap<number, TopicRow>): PromiseTopics {
  const inner = new Set([...topics.values()].map((topic) => topic.parentId))
  const leaves = [...topics.values()].filter((topic) => !inner.has(topic.id) && topic.depth > 0)
  const known = KINDS.find((one) => one.kind.test(kind))
  if (!known) return { complaint: leaves.filter((topic) => topic.name.includes(kind)), leading: [] }
  const complaint = leaves.filter((topic) => known.complaint.test(topic.name))
  return { complaint, leading: leaves.filter((topic) => known.leading.test(topic.name) && !complaint.includes(topic)) }
}
