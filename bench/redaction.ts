/**
 * How much personal data does redaction miss, and how many names of places does it take for it? On planted sentences, on
 * hand-labelled messages of the Taidi contest (kept as numbers and spans only), and on names of places in sentences.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readSheet } from 'read-excel-file/node'
import { redact } from '../features/redact.ts'
import { drawCity } from '../pipelines/demo/city.ts'
import { isLeft, plantPersonalData } from './planted.ts'

export interface Rate { what: string, kind: string, missed: number, of: number, share: number }

const TICKETS = fileURLToPath(new URL('../../shared/data/tickets/', import.meta.url))
const LABELS = fileURLToPath(new URL('../tests/fixtures/', import.meta.url))
export const TAIDI_3 = `${TICKETS}taidi_c2020_attachment3_messages.xlsx`
export const TAIDI_4 = `${TICKETS}taidi_c2020_attachment4_messages_replies.xlsx`

/** Sentences in which a place stands as people write of it; □ is the place. */
const PLACE_FRAMES = [
  '市民□来电', '我是□的业主', '我是□业主，', '业主反映□停水', '住在□，', '□小学门口', '我住□。', '居民在□跳舞', '□3号楼电梯坏了', '投诉□物业', '村民□', '本人□业主', '代表：□', '□业主代表', '□的居民，', '在□附近，男，', '（□）',
  'water leak at □', 'resident of □ here', 'I am at □.',
]

/** Misses per kind over all written forms. */
export function ratePlanted(seed: string, each: number): Rate[] {
  const counts = new Map<string, [missed: number, of: number]>()
  for (const planted of plantPersonalData(seed, each)) {
    const count = counts.get(planted.kind) ?? [0, 0]
    count[1]++
    if (isLeft(planted, redact(planted.text))) count[0]++
    counts.set(planted.kind, count)
  }
  return [...counts].map(([kind, [missed, of]]) => rate('planted', kind, missed, of))
}

/** Misses per kind among the labelled spans: a span is missed where its text is still there. Null without the contest's files. */
export async function rateTaidi(): Promise<Rate[] | null> {
  if (!existsSync(TAIDI_3) || !existsSync(TAIDI_4)) return null
  const texts = new Map([...await readMessages(TAIDI_3), ...await readMessages(TAIDI_4)].map(({ id, title, content }) => [id, `${title}\n${content}`]))
  const counts = new Map<string, [missed: number, of: number]>()
  for (const [, id, kind, from, until] of readLabels('taidi-personal-data.tsv')) {
    const text = texts.get(id!)!
    const count = counts.get(kind!) ?? [0, 0]
    count[1]++
    const span = text.slice(Number(from), Number(until))
    // A surname alone, before 先生, is looked for with its title.
    if (redact(text).includes(span.length === 1 ? text.slice(Number(from), Number(until) + 2) : span)) count[0]++
    counts.set(kind!, count)
  }
  return [...counts].map(([kind, [missed, of]]) => rate('Taidi', kind, missed, of))
}

/** Names of places of the demo city and of the labelled messages that redaction damages, each in every frame. */
export function rateFalse(): Rate[] {
  const demo = new Set(drawCity({ districts: 6, days: 20, until: '2026-11-23', ticketsPerDay: 10 }, 7).places.flatMap((place) => place.path))
  const taidi = new Set(readLabels('taidi-places.tsv').flatMap((row) => row.slice(1)).filter((name) => name !== '-'))
  return ([['demo city', demo], ['Taidi', taidi]] as const).map(([what, names]) => {
    let damaged = 0
    let of = 0
    for (const name of names) {
      for (const frame of PLACE_FRAMES) {
        of++
        if (!redact(frame.replace('□', () => name)).includes(name)) damaged++
      }
    }
    return rate(`places, ${what}`, 'falsely taken', damaged, of)
  })
}

export async function benchRedaction(quick: boolean): Promise<Rate[]> {
  return [...ratePlanted('bench', quick ? 20 : 400), ...await rateTaidi() ?? [], ...rateFalse()]
}

export interface Message { id: string, title: string, content: string }

export async function readMessages(path: string): Promise<Message[]> {
  const [header, ...rows] = await readSheet(readFileSync(path)) as unknown[][]
  const at = (name: string): number => header!.findIndex((cell) => String(cell).trim() === name)
  const [id, title, content] = [at('留言编号'), at('留言主题'), at('留言详情')]
  return rows.map((row) => ({ id: String(row[id]), title: String(row[title] ?? '').trim(), content: String(row[content] ?? '').trim() }))
}

/** Rows of a labelled sample without its header. */
export function readLabels(name: string): string[][] {
  return readFileSync(`${LABELS}${name}`, 'utf8').trim().split('\n').slice(1).map((line) => line.split('\t'))
}

function rate(what: string, kind: string, missed: number, of: number): Rate {
  return { what, kind, missed, of, share: Math.round(1e4 * missed / of) / 1e4 }
}
