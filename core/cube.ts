/**
 * Counts as columns, the shape in which they travel between the layers: only the first `length` entries hold rows, days
 * are numbers since 1970-01-01, places and topics are ids.
 */
export interface CallerCounts {
  length: number
  place: Int32Array
  topic: Int32Array
  day: Int32Array
  /** Distinct callers of the day, bulk entries left out. */
  callers: Int32Array
}

export interface DailyCounts extends CallerCounts {
  tickets: Int32Array
  repeats: Int32Array
  dissatisfied: Int32Array
  overdue: Int32Array
  sweeps: Int32Array
}
