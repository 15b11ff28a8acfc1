/**
 * How well do alarms match outbreaks whose place in time is known? The measures of Noufaily et al. (2013), Stat Med
 * 32:1206-1222, and Bédubourg & Le Strat (2017), PLoS ONE 12:e0181227. docs/methods/evaluation.md
 */

/** n series, the same periods of each are evaluated. */
export interface Outbreaks {
  series: number
  /** Evaluated periods of a series. */
  periods: number
  /** n * periods, series by series: 1 in the periods of the outbreak. A row of zeros has none. */
  during: Uint8Array
}

export interface Detection {
  /** Share of the series with an outbreak that have an alarm during it. */
  pod: number
  /** The same with an alarm in its first period, within two from its start, within three; pauses of the outbreak count along. */
  podFirst: number
  podWithin2: number
  podWithin3: number
  /** Alarms during outbreaks, of all periods of outbreaks. */
  sensitivity: number
  /** Alarms during outbreaks, of all alarms. */
  ppv: number
  /** Harmonic mean of the two. */
  f1: number
  /** Mean of (periods until the first alarm) / (periods from the first of the outbreak through its last); 1 where it is missed. */
  timeliness: number
}

/** Where nothing can be measured, such as a threshold on a method without a score. */
export const UNDEFINED: Readonly<Detection> = {
  pod: NaN, podFirst: NaN, podWithin2: NaN, podWithin3: NaN, sensitivity: NaN, ppv: NaN, f1: NaN, timeliness: NaN,
}

/**
 * Compares alarms with outbreaks. What nothing can be said of is NaN: everything without outbreaks, ppv without alarms.
 *
 * @param alarm n * periods, 1 is an alarm
 */
export function measureDetection({ series, periods, during }: Outbreaks, alarm: Uint8Array): Detection {
  let outbreaks = 0
  let found = 0
  const foundWithin = [0, 0, 0]
  let delays = 0
  let hits = 0
  let falseAlarms = 0
  let duration = 0
  for (let i = 0; i < series; i++) {
    let first = -1
    let last = -1
    let alarmed = -1
    for (let t = 0; t < periods; t++) {
      const at = i * periods + t
      if (during[at] === 0) {
        falseAlarms += alarm[at]
        continue
      }
      if (first < 0) first = t
      last = t
      duration++
      hits += alarm[at]
      if (alarm[at] === 1 && alarmed < 0) alarmed = t
    }
    if (first < 0) continue
    outbreaks++
    delays += alarmed < 0 ? 1 : (alarmed - first) / (last - first + 1)
    if (alarmed < 0) continue
    found++
    for (let k = alarmed - first; k < foundWithin.length; k++) foundWithin[k]++
  }
  return {
    pod: found / outbreaks,
    podFirst: foundWithin[0] / outbreaks,
    podWithin2: foundWithin[1] / outbreaks,
    podWithin3: foundWithin[2] / outbreaks,
    sensitivity: hits / duration,
    ppv: hits / (hits + falseAlarms),
    f1: duration > 0 ? (2 * hits) / (hits + falseAlarms + duration) : NaN,
    timeliness: delays / outbreaks,
  }
}

/** Share of alarms among the entries of `quiet` that are 1, among all where it is absent. */
export function alarmRate(alarm: Uint8Array, quiet?: Uint8Array): number {
  let all = 0
  let alarms = 0
  for (let i = 0; i < alarm.length; i++) {
    if (quiet && quiet[i] === 0) continue
    all++
    alarms += alarm[i]
  }
  return alarms / all
}
