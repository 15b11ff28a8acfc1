import { beforeAll, expect, test } from 'vitest'
import { loadFrames } from '../../features/frames.ts'
import type { Frames } from '../../features/frames.ts'

let frames: Frames
beforeAll(async () => {
  frames = await loadFrames()
})

test('a cross table sums the pairs and leaves absent pairs unknown', () => {
  const frame = frames.fromRecords([
    { topic: '噪声', district: '东', n: 1 }, { topic: '噪声', district: '西', n: 2 }, { topic: '供热', district: '东', n: 5 }, { topic: '供热', district: '东', n: 7 },
  ])
  expect(frames.crossTab(frame, 'topic', 'district', 'n')).toEqual({ rows: ['噪声', '供热'], columns: ['东', '西'], cells: [[1, 2], [12, NaN]] })
})

test('names with dashes stay apart', () => {
  // Grouped by name, danfojs made ('a-b', 'c') and ('a', 'b-c') one group.
  const frame = frames.fromRecords([{ r: 'a-b', c: 'c', n: 1 }, { r: 'a', c: 'b-c', n: 10 }])
  expect(frames.crossTab(frame, 'r', 'c', 'n').cells).toEqual([[1, NaN], [NaN, 10]])
})

test('names that look like numbers stay names', () => {
  const frame = frames.fromRecords([{ r: '01', c: '1', n: 1 }, { r: '1', c: '01', n: 10 }])
  expect(frames.crossTab(frame, 'r', 'c', 'n')).toEqual({ rows: ['01', '1'], columns: ['1', '01'], cells: [[1, NaN], [NaN, 10]] })
})
