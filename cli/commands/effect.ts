/**
 * `weisu effect`: what happened after alerts had ended, against places that were as bad and had none.
 */
import type { Command } from 'commander'
import type { Db } from '../../sql/db.ts'
import type { TextKey } from '../../core/texts.ts'
import type { EffectRow } from '../../pipelines/learn/effect.ts'
import { addCommand, dayOption, option } from '../command.ts'
import type { Setup } from '../command.ts'
import { formatCount } from '../format.ts'
import type { Session } from '../session.ts'
import { shownNight } from '../shown-night.ts'
import { withStore } from '../store.ts'

export function addEffect(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'effect',
    examples: ['weisu effect', 'weisu effect --date 2026-11-22 --json', 'weisu effect --struck-off'],
    work: async (session, _, options) => withStore(session, 'effect', (db) => effect(session, db, options as EffectOptions)),
  }).addOption(option(locale, '--date <date>', 'cli.review.date', dayOption(locale)))
    .addOption(option(locale, '--struck-off', 'cli.effect.struck_off'))
}

interface EffectOptions { date?: string, struckOff?: boolean }

async function effect(session: Session, db: Db, { date, struckOff }: EffectOptions): Promise<void> {
  const { readEffect } = await import('../../pipelines/learn/effect.ts')
  const { readStrikeOffEffect } = await import('../../pipelines/alert-life/outcome.ts')
  const { readRulesInForce } = await import('../../pipelines/rules-in-force.ts')
  const night = await shownNight(session, db, date)
  if (night === null) return session.json ? session.printJson(null) : session.warn('cli.runs.none')
  const { rules } = await readRulesInForce(db, night, session.config.settings)
  const report = struckOff ? await readStrikeOffEffect(db, night) : await readEffect(db, night, rules.closing.quietNights)
  if (session.json) return session.printJson(report)
  const { text } = session
  if (report.horizons.every((row) => row.alerts === 0)) return session.print(text('cli.effect.none', { night }))
  session.print(session.paint('bold', text('cli.effect.title', { night })))
  session.printTable([
    { title: '' },
    { title: text('cli.effect.days'), align: 'right' },
    { title: text('cli.effect.matched'), align: 'right' },
    { title: text('cli.effect.after'), align: 'right' },
    { title: text('cli.effect.controls'), align: 'right' },
    { title: text('cli.effect.ratio'), align: 'right' },
    { title: text('cli.effect.unmatched'), align: 'right', dropFirst: 1 },
  ], [{ name: text('cli.effect.all'), rows: report.horizons }, ...report.levels.map(({ level, rows }) => ({ name: text(`cli.level.${level}` as TextKey), rows }))]
    .flatMap(({ name, rows }) => rows.map((row, i) => [
      i === 0 ? name : '', String(row.days), `${row.matched} / ${row.alerts}`, formatCount(session.locale, row.after), formatCount(session.locale, row.after_controls),
      intervalText(row.ratio), row.unmatched.alerts > 0 ? `${formatCount(session.locale, row.unmatched.before)} → ${formatCount(session.locale, row.unmatched.after)}` : '–',
    ])))
  session.print(session.paint('dim', text('cli.effect.note')))
}

function intervalText(interval: EffectRow['ratio']): string {
  if (interval === null) return '–'
  const [mean, low, high] = interval
  return low === null || high === null ? mean.toFixed(2) : `${mean.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`
}
