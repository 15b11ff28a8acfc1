import { expect, test } from 'vitest'
import { formatDay, parseDay } from '../../../core/days.ts'
import { createRng } from '../../../core/rng.ts'
import { areaUnderCurve } from '../../../models/learn/holdout.ts'
import { sigmoid } from '../../../models/learn/logistic.ts'
import { FEWEST_JUDGED } from '../../../pipelines/learn/ages.ts'
import { FEATURES } from '../../../pipelines/learn/features.ts'
import { trainRanker } from '../../../pipelines/learn/ranker.ts'
import { labelOf, tallyRecords } from '../../../pipelines/learn/record.ts'
import type { OutcomeRow } from '../../../sql/learning.ts'

const NIGHT = parseDay('2024-12-31')

/** Alerts of which those with many callers surge and those with a high score do not, if `informative`; else nothing tells. */
function outcomes(n: number, informative: boolean, seed = 'ranker'): OutcomeRow[] {
  const random = createRng(seed)
  return Array.from({ length: n }, (_, i) => {
    const features = Object.fromEntries(FEATURES.map((name) => [name, random.normal()]))
    const good = random.next() < (informative ? sigmoid(2 * features.callers! - features.score!) : 0.5)
    return {
      alertId: `a${String(i).padStart(5, '0')}`, night: formatDay(NIGHT - 700 + Math.floor((650 * i) / n)), event: 'opened', kind: 'emerging', level: 'yellow', rule: `r${i % 2}`,
      detector: 'd', placeId: 1, familyId: 1, unitId: 1, score: features.score!, features, outcome: good ? 'came_to_nothing' : 'surged', // what units say decides
      verdict: good ? 'true' : 'false', judgedOn: formatDay(NIGHT - 690 + Math.floor((650 * i) / n)),
    }
  })
}

test('a ranker serves where it orders better than the score, and names what moved an alert', () => {
  const ranker = trainRanker(NIGHT, outcomes(600, true))
  expect(ranker.row).toMatchObject({ serves: true, reason: 'serves', outcomes: 600 })
  expect(ranker.row.holdout!.auc).toBeGreaterThan(0.8)
  expect(ranker.row.holdout!.auc_plain).toBeLessThan(0.5)
  expect(Math.abs(ranker.row.holdout!.slope! - 1)).toBeLessThan(0.4)
  const many = ranker.rank!({ ...Object.fromEntries(FEATURES.map((name) => [name, 0])), callers: 2 })
  const few = ranker.rank!({ ...Object.fromEntries(FEATURES.map((name) => [name, 0])), callers: -2 })
  expect(many.chance).toBeGreaterThan(0.9)
  expect(few.chance).toBeLessThan(0.1)
  expect(many.parts[0]!.feature).toBe('callers')
  expect(many.parts).toHaveLength(3)
})

test('what nobody judged teaches it nothing', () => {
  const rows = outcomes(400, true).map((row, i): OutcomeRow => (i % 2 ? { ...row, verdict: null, judgedOn: null } : row))
  expect(trainRanker(NIGHT, rows).row.outcomes).toBe(200)
})

test('its chances hold on alerts of another draw', () => {
  const ranker = trainRanker(NIGHT, outcomes(600, true))
  const fresh = outcomes(1000, true, 'another')
  expect(areaUnderCurve(fresh.map((row) => ranker.rank!(row.features).chance), fresh.map((row) => labelOf(row)!))).toBeGreaterThan(0.8)
})

test('a ranker that learns nothing does not serve', () => {
  const rows = outcomes(600, false).map((row, i): OutcomeRow => ({ ...row, score: row.verdict === 'true' ? 1 + i / 1000 : i / 1000 }))
  expect(trainRanker(NIGHT, rows).row).toMatchObject({ serves: false, reason: 'not_better' })
  expect(trainRanker(NIGHT, rows).rank).toBeUndefined()
})

test('below the stated number of verdicts, or with one kind of them, the order of scores serves and says why', () => {
  expect(trainRanker(NIGHT, outcomes(FEWEST_JUDGED - 1, true)).row).toMatchObject({ serves: false, reason: 'few_outcomes', outcomes: FEWEST_JUDGED - 1, model: null })
  expect(trainRanker(NIGHT, outcomes(FEWEST_JUDGED, true)).row.reason).not.toBe('few_outcomes')
  const alike = outcomes(400, true).map((row): OutcomeRow => ({ ...row, verdict: 'true' }))
  expect(trainRanker(NIGHT, alike).row.reason).toBe('one_sided')
  expect(trainRanker(NIGHT, []).row.reason).toBe('few_outcomes')
})

test('the same outcomes give the same ranker to the last digit, and known events teach nothing', () => {
  const rows = outcomes(400, true)
  expect(JSON.stringify(trainRanker(NIGHT, rows).row)).toBe(JSON.stringify(trainRanker(NIGHT, rows).row))
  const known = rows.map((row, i): OutcomeRow => (i % 2 ? { ...row, verdict: 'known' } : row))
  expect(trainRanker(NIGHT, known).row.outcomes).toBe(200)
})

test('a verdict outweighs an outcome', () => {
  expect(labelOf({ verdict: 'false', outcome: 'surged' })).toBe(0)
  expect(labelOf({ verdict: 'partly', outcome: 'came_to_nothing' })).toBe(0.5)
  expect(labelOf({ verdict: null, outcome: 'ended_quietly' })).toBe(0)
  expect(labelOf({ verdict: 'true', outcome: null })).toBe(1)
  expect(labelOf({ verdict: 'known', outcome: 'surged' })).toBeNull()
})

test('records count by rule with denominators, and small ones lean on all', () => {
  const rows = outcomes(40, true).map((row, i): OutcomeRow => ({ ...row, verdict: null, rule: i < 2 ? 'rare' : 'usual', outcome: i < 2 || i % 2 ? 'surged' : 'still_on' }))
  const records = tallyRecords(rows)
  expect(records.row('rule', 'usual')).toMatchObject({ of: 38, good: 19, share: 0.5, judged: 0 })
  const rare = records.row('rule', 'rare')
  expect(rare).toMatchObject({ of: 2, good: 2, share: 1 })
  expect(rare.estimate).toBeLessThan(0.8)
  expect(rare.estimate).toBeGreaterThan(records.all.estimate)
  expect(records.row('rule', 'never')).toMatchObject({ of: 0, share: null, low: 0, high: 1 })
})
