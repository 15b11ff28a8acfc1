/**
 * The quality report of a batch in a few lines: what is good in one, what needs a look in one each.
 */
import type { TextKey } from '../core/texts.ts'
import { TEXTS } from '../core/texts.ts'
import type { QualityReport } from '../pipelines/ingest/quality.ts'
import { formatCount, formatShare } from './format.ts'
import type { Session } from './session.ts'
import { renderFields } from './table.ts'

const SHOWN = 3
/** Through the citizens' channels so many tickets in an hour, and this share of their topic, are worth a line; storms have less. */
const BULK_SHOWN = 30
const BULK_SHARE = 0.1

/** @param heading  the file, where several were imported */
export function printQuality(session: Session, quality: QualityReport, heading?: string): void {
  const { locale } = session
  const share = (part: number): string => formatShare(locale, part, 1)
  const fields: [string, string][] = [
    [session.text('cli.quality.located'), Object.entries(quality.located).filter(([, part]) => part > 0).sort((a, b) => b[1] - a[1])
      .map(([kind, part]) => `${kindWord(session, kind)} ${share(part)}`).join(session.locale === 'zh' ? '，' : ', ') || '–'],
    [session.text('cli.quality.topic'), share(quality.topicShare)],
    [session.text('cli.quality.points'), share(quality.points)],
  ]
  if (quality.recordedAssumed > 0) fields.push([session.text('cli.quality.assumed'), share(quality.recordedAssumed)])
  session.print(`\n${heading === undefined ? session.text('cli.quality.heading') : session.text('cli.quality.heading_of', { file: heading })}`)
  session.print(renderFields(fields, '  '))
  for (const line of doubts(session, quality)) session.print(`  ${session.paint('yellow', '!')} ${line}`)
}

/** What may mislead a reader of the counts. */
function doubts(session: Session, quality: QualityReport): string[] {
  const { locale } = session
  const lines: string[] = []
  if (quality.emptyDays > 0) {
    const first = quality.emptyDaysFirst.slice(0, SHOWN).join(locale === 'zh' ? '、' : ', ')
    lines.push(session.text('cli.quality.gaps', { days: quality.emptyDays, first, more: quality.emptyDays > SHOWN ? ' …' : '' }))
  }
  for (const pile of quality.piles.slice(0, SHOWN)) {
    lines.push(session.text('cli.quality.pile', { lng: pile.lng.toFixed(4), lat: pile.lat.toFixed(4), tickets: pile.tickets, share: formatShare(locale, pile.share, 1) }))
  }
  const staff = quality.bulk.filter((entry) => entry.staff).slice(0, SHOWN)
  const others = quality.bulk.filter((entry) => !entry.staff && entry.tickets >= BULK_SHOWN && entry.share >= BULK_SHARE).slice(0, SHOWN)
  for (const bulk of [...staff, ...others]) {
    lines.push(session.text(bulk.staff ? 'cli.quality.bulk_staff' : 'cli.quality.bulk', {
      hour: bulk.hour, tickets: bulk.tickets, topic: bulk.topic || '–', channel: bulk.channel ?? '–',
    }))
  }
  if (quality.closedBeforeAccepted > 0) lines.push(session.text('cli.quality.closed_early', { count: quality.closedBeforeAccepted }))
  for (const [field, count] of Object.entries(quality.unreadable)) lines.push(session.text('cli.quality.unreadable', { field, count: formatCount(locale, count) }))
  return lines
}

function kindWord(session: Session, kind: string): string {
  const key = `cli.place.${kind}`
  return key in TEXTS ? session.text(key as TextKey) : kind
}
