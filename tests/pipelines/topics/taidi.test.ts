import { expect, test } from 'vitest'
import { judgeTexts, macroF1 } from '../../../models/text/topic-calibration.ts'
import { trainOn } from '../../../pipelines/topics/train-topics.ts'
import { lacksShared, sharedPath } from '../../support/shared.ts'
import { FIRST_LEVELS, readTaidiTopics } from './taidi-topics.ts'

const MESSAGES = 'data/tickets/taidi_c2020_attachment4_messages_replies.xlsx'

// Attachment 2, which has labels, is not among the shared files. The offices that answered stand in for them: right for four of five messages labelled by hand.
test.skipIf(lacksShared(MESSAGES))('Taidi, attachment 4: learnt from the answering offices, the first level is guessed, and surer guesses are righter', async () => {
  const { byOffice, byHand, agreeing } = await readTaidiTopics(sharedPath(MESSAGES))
  expect(byHand).toHaveLength(128)
  expect(agreeing.agree / agreeing.both).toBeGreaterThan(0.75)
  const { classifier, topicIds, report } = trainOn(byOffice, { byTime: true, least: 20, most: 100_000, accuracy: 0.8 })
  expect(topicIds).toHaveLength(FIRST_LEVELS.length)
  expect(report.macroF1).toBeGreaterThan(0.5)
  expect(report.calibrationError).toBeLessThan(0.12)
  const judged = judgeTexts(classifier, byHand.map((text) => ({ ...text, label: topicIds.indexOf(text.label) })))
  expect(macroF1(judged)).toBeGreaterThan(0.45)
  const share = (from: number): number => {
    const sure = judged.filter(({ confidence }) => confidence >= from)
    return sure.filter(({ label, guess }) => label === guess).length / sure.length
  }
  expect(share(0.7)).toBeGreaterThan(share(0) + 0.1)
}, 60_000)
