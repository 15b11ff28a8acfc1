/**
 * A score card on the terminal.
 */
import type { ScoreCard } from '../pipelines/scorecard/card.ts'
import { cardFacts, cardNotes, cardTables } from '../pipelines/scorecard/wording.ts'
import { renderFields } from './table.ts'
import type { Session } from './session.ts'

export function printScore(session: Session, card: ScoreCard): void {
  const { locale } = session
  session.print(session.paint('bold', session.text('score.heading', { from: card.from, until: card.until, nights: card.nights })))
  for (const note of cardNotes(locale, card)) session.print(session.paint('dim', note))
  session.print('')
  session.print(renderFields(cardFacts(locale, card).map(({ name, value, of }) => [name, of === '' ? value : `${value}  (${of})`] as const)))
  for (const { title, columns, rows } of cardTables(locale, card, false)) {
    session.print('')
    session.print(session.paint('bold', title))
    session.printTable(columns.map((column, i) => ({ ...column, ...(i > 4 ? { dropFirst: i } : {}) })), rows)
  }
}
