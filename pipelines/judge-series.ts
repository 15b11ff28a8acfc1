/**
 * The verdict on one series on one night, by its counts; who the callers are is looked at later, for candidates only.
 */
import type { Day } from '../core/days.ts'
import { fillDense, sumBetween } from '../features/history.ts'
import type { History } from '../features/history.ts'
import { ears } from '../models/detect/ears.ts'
import { logPOfRecurrence } from '../models/detect/verdict.ts'
import type { Reason } from '../models/detect/verdict.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'
import { LOOKBACK_DAYS } from './city-profiles.ts'
import type { City, Profile } from './city-profiles.ts'
import { courseOfFit, courseOfLevel, courseOfShare } from './course.ts'
import type { Course } from './course.ts'
import type { Candidate, CityDays } from './explain.ts'
import { isRare } from './night-evidence.ts'
import type { TreeBaseline } from './tree-baseline.ts'

/** A series below the city's gets its own regression from this many callers a day on, in the past that teaches. */
const OWN_FIT_MEAN = 0.3
const OWN_FIT_CALLERS = 100
/** EARS C2 alone speaks where there is no baseline: at least this many days of data and callers on the day. */
const EARS_MIN_DAYS = 10
const EARS_MIN_CALLERS = 5
const EARS_BASELINE = 7
const EARS_LAG = 2

export interface TestOptions { tests: number, watchDays: number, alertDays: number, minCallers: number }

export interface SeriesVerdict { verdict: 'cannot tell' | 'normal' | 'candidate', reason: Reason, candidate?: Candidate }

const NORMAL: SeriesVerdict = { verdict: 'normal', reason: '' }

export function judgeSeries(
  history: History, s: number, city: City, baseline: TreeBaseline, place: PlaceRow, topic: TopicRow, night: Day, options: TestOptions,
): SeriesVerdict {
  if (city.isGap(night)) return { verdict: 'cannot tell', reason: 'gap' }
  // Its family is judged: only the new category itself has nothing to be compared with.
  if (city.isNewTopic(topic.id)) return { verdict: 'cannot tell', reason: 'no_history' }
  const from = night + 1 - LOOKBACK_DAYS
  const few = sumBetween(history, s, from, night + 1) < options.minCallers
  const profile = city.profile(topic)
  if (typeof profile === 'string') return (few ? undefined : judgeByEars(history, s, city, night, options)) ?? { verdict: 'cannot tell', reason: profile }
  if (few) return NORMAL
  const counts = recentCounts(history, s, from)
  const watchBelow = logPOfRecurrence(options.watchDays, options.tests)
  let course = profile.series === s ? courseOfFit(profile, profile, city, night) : courseOfShare(baseline, s, profile)
  if (!isRare(counts, course, watchBelow)) return NORMAL
  const past = sumBetween(history, s, city.first, city.pastUntil)
  if (profile.series !== s && past >= OWN_FIT_CALLERS && past >= OWN_FIT_MEAN * (city.pastUntil - city.first)) {
    const own = city.fit(s)
    if (typeof own !== 'string') course = courseOfFit(own, profile, city, night)
    if (!isRare(counts, course, watchBelow)) return NORMAL
  }
  return { verdict: 'candidate', reason: '', candidate: createCandidate([place.id], topic.id, course, cityDays(history, baseline, profile, place, topic, from), options) }
}

/** Counts of the lookback, oldest first. */
export function recentCounts(history: History, s: number, from: Day): Float64Array {
  const counts = new Float64Array(LOOKBACK_DAYS)
  fillDense(history, s, from, counts)
  return counts
}

export function createCandidate(
  places: readonly number[], topic: number, course: Course, city: Candidate['city'], { watchDays, alertDays, tests }: TestOptions,
): Candidate {
  return {
    places, topic, course, city, tests,
    watchBelow: logPOfRecurrence(watchDays, tests), alertBelow: logPOfRecurrence(alertDays, tests),
  }
}

/** The city's own days of the topic that a series leans on, and of its own where that is another: its season may be its first. */
export function cityDays(history: History, baseline: TreeBaseline, profile: Profile, place: PlaceRow, topic: TopicRow, from: Day): Candidate['city'] {
  const days = (s: number, expected: Float64Array): CityDays => ({ topic: history.topic[s]!, observed: recentCounts(history, s, from), expected })
  const leant = days(profile.series, profile.recent)
  const own = history.find(place.rollup[0]!, topic.id)
  return own === profile.series || own < 0 ? [leant] : [leant, days(own, courseOfShare(baseline, own, profile).expected)]
}

/** Without a baseline the last nine days are all there is; the mean and variance of seven of them make the course. */
function judgeByEars(history: History, s: number, city: City, night: Day, options: TestOptions): SeriesVerdict | undefined {
  const days = Math.min(LOOKBACK_DAYS, night + 1 - city.first)
  if (days < EARS_MIN_DAYS) return undefined
  const counts = recentCounts(history, s, night + 1 - LOOKBACK_DAYS)
  const { expected, sigma } = ears(counts, { baseline: EARS_BASELINE, lag: EARS_LAG, minSigma: 0 })
  const level = Math.max(expected.at(-1)!, 1 / EARS_BASELINE)
  // Seven days tell the variance badly: never believe less than a size of 2.
  const dispersion = Math.max(1 + level / 2, sigma.at(-1)! ** 2 / level)
  const course = courseOfLevel(level, dispersion, 1 / Math.sqrt(1 + EARS_BASELINE * level))
  if (counts.at(-1)! < EARS_MIN_CALLERS) return NORMAL
  if (!isRare(counts, course, logPOfRecurrence(options.watchDays, options.tests))) return NORMAL
  // Nothing is known of the city either.
  return { verdict: 'candidate', reason: '', candidate: createCandidate([history.place[s]!], history.topic[s]!, course, [], options) }
}
