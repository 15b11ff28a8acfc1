/**
 * What a night knows of people's acts: which causes were struck off, which alerts are silent, whose level a person lowered. Acts count from the night that knows
 * of them, so a night that is run again reads the same; nights of the past that are run again in tables of their own read none.
 */
import { parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { Queryable } from '../../sql/db.ts'
import { STRUCK_OFF_STATES } from '../alert-state.ts'
import type { Act, AlertState } from '../alert-state.ts'
import type { Level } from '../levels.ts'
import { readLives } from './act.ts'
import { isSnoozed } from './fold.ts'
import type { Life } from './fold.ts'

/** Days after 销号 within which a cause that is back reopens its alert; after them it is a new alert that names the old one. */
export const RETURN_DAYS = 90
/** Different callers after the day of 销号 that make a cause be back: as many as make an alert. */
export const RETURN_CALLERS = 3

/** Acts that a night asks about; alerts without any of them are as nights left them. */
const TELLING: readonly Act[] = ['strike_off', 'merge', 'snooze', 'lower_level']

export interface NightPeople {
  /** Alerts struck off in the last `RETURN_DAYS` days, in order of their ids. */
  struckOff: string[]
  /** Day of 销号; undefined where the alert is not struck off. */
  struckOffOn(alertId: string): Day | undefined
  /** The level that a person set after the night of `since`; undefined where nobody did. */
  loweredAfter(alertId: string, since: string): Level | undefined
  /** Why nobody is told of the alert, whatever it does; null where nothing keeps it. */
  silent(alertId: string): 'snoozed' | 'merged' | null
  /** Round of the alert's life: 1, and one more for every time it was reopened. */
  round(alertId: string): number
}

/** As known on the night. @param replay a night of the past in tables of its own, which knows nobody's acts */
export async function readNightPeople(db: Queryable, night: string, replay: boolean): Promise<NightPeople> {
  const lives = replay ? new Map<string, Life>() : new Map([...await readLives(db, null, night, TELLING)].map(([id, { life }]) => [id, life]))
  const day = parseDay(night)
  const offOn = (life: Life | undefined): Day | undefined =>
    life && life.struckOffOn !== null && (STRUCK_OFF_STATES as readonly AlertState[]).includes(life.state) ? parseDay(life.struckOffOn) : undefined
  return {
    struckOff: [...lives.values()].filter((life) => day - (offOn(life) ?? -Infinity) <= RETURN_DAYS).map((life) => life.alertId).sort(),
    struckOffOn: (id) => offOn(lives.get(id)),
    loweredAfter: (id, since) => {
      const lowered = lives.get(id)?.lowered
      return lowered && lowered.knownOn > since ? lowered.level as Level : undefined
    },
    silent: (id) => {
      const life = lives.get(id)
      return !life ? null : life.state === 'merged' ? 'merged' : isSnoozed(life, night) ? 'snoozed' : null
    },
    round: (id) => lives.get(id)?.round ?? 1,
  }
}
