import { expect, test } from 'vitest'
import { rateDemoPlaces, rateTaidiPlaces, timeRecognition } from '../../bench/recognition.ts'
import { lacksShared } from '../support/shared.ts'

test.skipIf(lacksShared('data/tickets/taidi_c2020_attachment3_messages.xlsx'))('places of labelled messages are recognised without any registry', async () => {
  const rates = await rateTaidiPlaces()
  const of = (level: string): { labelled: number, precision: number, recall: number } => rates!.find(({ what }) => what.endsWith(level))!
  expect(of('district')).toMatchObject({ labelled: 120 })
  for (const [level, precision, recall] of [['district', 0.85, 0.97], ['street', 0.95, 0.9], ['community', 0.65, 0.8], ['site', 0.78, 0.8], ['road', 0.65, 0.75]] as const) {
    expect(of(level).precision, level).toBeGreaterThanOrEqual(precision)
    expect(of(level).recall, level).toBeGreaterThanOrEqual(recall)
  }
})

test('places of the demo city are recognised from texts alone by its registry', () => {
  for (const { precision, recall } of rateDemoPlaces(20)) {
    expect(precision).toBeGreaterThan(0.98)
    expect(recall).toBeGreaterThan(0.95)
  }
})

test('recognition is far faster than tickets come, and keeps nothing', () => {
  const { perSecond, heapBeforeMb, heapAfterMb } = timeRecognition(2)
  expect(perSecond).toBeGreaterThan(2000)
  expect(heapAfterMb - heapBeforeMb).toBeLessThan(200)
})
