/**
 * A trial's city as the night sees it: one city of places and topics, two levels each, whose expected counts come from the night's
 * own regressions and from its pooling along both trees.
 */
import type { Day } from '../core/days.ts'
import { openHistory } from '../features/history.ts'
import type { History } from '../features/history.ts'
import { createCity, LOOKBACK_DAYS } from '../pipelines/city-profiles.ts'
import type { Profile } from '../pipelines/city-profiles.ts'
import { courseOfShare } from '../pipelines/course.ts'
import type { Course } from '../pipelines/course.ts'
import { HISTORY_DAYS } from '../pipelines/detect.ts'
import { createTreeBaseline, lessonOf } from '../pipelines/tree-baseline.ts'
import type { TreeBaseline } from '../pipelines/tree-baseline.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'
import { withPlanting } from './shift-trial.ts'
import type { Planting, Trial } from './shift-trial.ts'

/** Nights that one fit serves; the night itself fits anew each time. */
const REFIT_NIGHTS = 7
/** The cities of the trials have weekends and no other holidays. */
const COUNTRY = 'US'
/** The root of each tree; place p and topic k come after it. */
const ROOT = 1

/** What one topic's series should bring in the lookback up to a night. */
export interface TopicNight {
  /** The whole city, its topics as they are known there (−1 for all together): the one whose regression is leant on, and its own. */
  city: readonly { topic: number, expected: Float64Array }[]
  /** @param planting of the place and topic: it teaches what the night would learn of it, but does not move what lies around */
  course(place: number, planting?: Planting): Course
}

export interface NightCity {
  /** @param night index of a day of the trial; undefined where the night cannot tell */
  topic(topic: number, night: number): TopicNight | undefined
}

/** Fits the noise. */
export function createNightCity(trial: Trial): NightCity {
  const sums = rollUp(trial)
  const fits = new Map<number, (topic: number, night: number) => TopicNight | undefined>()
  return {
    topic(topic, night) {
      const fitted = night - ((night - trial.from) % REFIT_NIGHTS)
      let fit = fits.get(fitted)
      if (!fit) fits.set(fitted, fit = fitNight(trial, sums, fitted))
      return fit(topic, night)
    },
  }
}

function fitNight(trial: Trial, sums: Float64Array, fitted: number): (topic: number, night: number) => TopicNight | undefined {
  const { firstDay, topics } = trial.city
  const history = readHistory(trial, sums, fitted)
  const places = placeRows(trial.city.places)
  const topicRows = rowsOfTopics(topics)
  const nothing = { share: new Float64Array(0), cv: new Float64Array(0) }
  const city = createCity(history, places.get(ROOT)!, ROOT, topicRows, firstDay + fitted, COUNTRY, { delays: { of: () => nothing }, excluded: () => [] })
  const baseline = createTreeBaseline(history, new Map([[ROOT, city]]), places, topicRows)
  /** The baseline with what a planting has taught: the margins above its series are taken as they are, but for the city's topic. */
  const taught = (s: number, whole: number, planting: Planting): TreeBaseline => {
    const alone = historyOf(history, planting.series, withPlanting(trial, planting), trial.city.firstDay)
    const more = lessonOf(alone, 0, city.first, city.pastUntil).callers - lessonOf(history, s, city.first, city.pastUntil).callers
    const shape = baseline.shape[s]!
    const share = (baseline.share[s]! * (1 + more / shape)) / (1 + more / baseline.expected[whole]!)
    return { ...baseline, share: baseline.share.with(s, share), shape: baseline.shape.with(s, shape + more) }
  }
  return (topic, night) => {
    const profile = city.profile(topicRows.get(topicId(topic))!)
    if (typeof profile === 'string') return undefined
    const recent = recentOf(profile, firstDay + night)
    const courses = new Map<number, Course>()
    const leant = { topic: history.topic[profile.series]! - topicId(0), expected: recent }
    const own = (): TopicNight['city'][number] => ({ topic, expected: courseOfShare(baseline, history.find(ROOT, topicId(topic)), { ...profile, recent }).expected })
    return {
      city: leant.topic === topic ? [leant] : [leant, own()],
      course: (place, planting) => {
        const s = history.find(placeId(place), topicId(topic))
        if (planting && firstDay + planting.from < city.pastUntil) return courseOfShare(taught(s, profile.series, planting), s, { ...profile, recent })
        let course = courses.get(place)
        if (!course) courses.set(place, course = courseOfShare(baseline, s, { ...profile, recent }))
        return course
      },
    }
  }
}

/** Expected callers of the lookback up to a night, which may be some days after the fit's. */
function recentOf({ expected, from }: Profile, night: number): Float64Array {
  return Float64Array.from({ length: LOOKBACK_DAYS }, (_, i) => expected[night + 1 - LOOKBACK_DAYS + i - from] ?? NaN)
}

/** Every ticket counts at its place and topic and at all that lies above; rows by place, then topic, the roots first. */
function rollUp({ city, counts, days }: Trial): Float64Array {
  const { places, topics } = city
  const columns = topics.length + 1
  const sums = new Float64Array((places.length + 1) * columns * days)
  for (let topic = 0; topic < topics.length; topic++) {
    for (let place = 0; place < places.length; place++) {
      const from = (topic * places.length + place) * days
      for (const p of [0, place + 1]) for (const k of [0, topic + 1]) {
        for (let t = 0; t < days; t++) sums[(p * columns + k) * days + t]! += counts[from + t]!
      }
    }
  }
  return sums
}

/** All series, also those without a ticket yet: a planting may bring their first. */
function readHistory({ city, days }: Trial, sums: Float64Array, night: number): History {
  const { firstDay, topics } = city
  const first = Math.max(0, night + 1 - HISTORY_DAYS)
  const series = sums.length / days
  const starts = new Int32Array(series + 1)
  const day: number[] = []
  const callers: number[] = []
  for (let s = 0; s < series; s++) {
    for (let t = first; t <= night; t++) {
      if (sums[s * days + t] === 0) continue
      day.push(firstDay + t)
      callers.push(sums[s * days + t]!)
    }
    starts[s + 1] = day.length
  }
  return openHistory(firstDay + first, firstDay + night + 1, {
    place: Int32Array.from({ length: series }, (_, s) => ROOT + Math.floor(s / (topics.length + 1))),
    topic: Int32Array.from({ length: series }, (_, s) => ROOT + (s % (topics.length + 1))),
    starts, day: Int32Array.from(day), callers: Int32Array.from(callers),
  })
}

/** One series by itself, over the same days. */
function historyOf({ from, until }: History, series: number, counts: Float64Array, firstDay: Day): History {
  const day = Array.from({ length: until - from }, (_, i) => from + i).filter((at) => counts[at - firstDay]! > 0)
  return openHistory(from, until, {
    place: Int32Array.of(series), topic: Int32Array.of(series), starts: Int32Array.of(0, day.length),
    day: Int32Array.from(day), callers: Int32Array.from(day, (at) => counts[at - firstDay]!),
  })
}

function placeId(place: number): number {
  return ROOT + 1 + place
}

function topicId(topic: number): number {
  return ROOT + 1 + topic
}

function placeRows(names: readonly string[]): Map<number, PlaceRow> {
  const row = (id: number, name: string, above: readonly number[]): PlaceRow => ({
    id, parentId: above.at(-1) ?? null, depth: above.length, kind: 'place', name, path: name, rollup: [...above, id], households: null, lng: null, lat: null,
  })
  return new Map([row(ROOT, 'city', []), ...names.map((name, p) => row(placeId(p), name, [ROOT]))].map((place) => [place.id, place]))
}

function rowsOfTopics(names: readonly string[]): Map<number, TopicRow> {
  const row = (id: number, name: string, above: readonly number[]): TopicRow => ({
    id, parentId: above.at(-1) ?? null, depth: above.length, name, path: name, rollup: [...above, id], familyId: above.length > 0 ? id : null,
  })
  return new Map([row(ROOT, 'all', []), ...names.map((name, k) => row(topicId(k), name, [ROOT]))].map((topic) => [topic.id, topic]))
}
