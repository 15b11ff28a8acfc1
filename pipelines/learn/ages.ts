/**
 * The numbers of learning that others name, too.
 */

/** Nights after which an alert is looked at again; the last one is its final word. */
export const REVIEW_AGES = [1, 7, 28] as const
export const FINAL_AGE = 28
/** Alerts that units have judged before a ranker is tried. */
export const FEWEST_JUDGED = 100
/** What of an alert has a record that its explanation shows. */
export const RECORD_KEYS = ['rule', 'detector', 'level', 'family', 'unit'] as const
