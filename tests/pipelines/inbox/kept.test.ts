import { expect, test, vi } from 'vitest'
import { KeptAnswers } from '../../../pipelines/inbox/kept.ts'

test('an answer is kept for its time, sought once by all who ask meanwhile, and by key', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const kept = new KeptAnswers<number>({ leastMs: 1000, times: 0, most: 2 })
    let asked = 0
    const work = async (): Promise<number> => ++asked
    expect(await Promise.all([kept.get('a', work), kept.get('a', work), kept.get('b', work)])).toEqual([1, 1, 2])
    vi.advanceTimersByTime(999)
    expect(await kept.get('a', work)).toBe(1)
    vi.advanceTimersByTime(2)
    expect(await kept.get('a', work)).toBe(3)
    // The oldest of three goes.
    await kept.get('c', work)
    expect(await kept.get('b', work)).toBe(5)
  } finally {
    vi.useRealTimers()
  }
})

test('what took long is kept long', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const kept = new KeptAnswers<number>({ leastMs: 0, times: 20, most: 9 })
    let asked = 0
    const work = async (): Promise<number> => {
      vi.advanceTimersByTime(50)
      return ++asked
    }
    await kept.get('a', work)
    vi.advanceTimersByTime(999)
    expect(await kept.get('a', work)).toBe(1)
    vi.advanceTimersByTime(2)
    expect(await kept.get('a', work)).toBe(2)
  } finally {
    vi.useRealTimers()
  }
})

test('a failure is told to whoever waited and is not kept', async () => {
  const kept = new KeptAnswers<number>({ leastMs: 1e9, times: 0, most: 9 })
  const fails = (): Promise<number> => Promise.reject(new Error('gone'))
  const both = await Promise.allSettled([kept.get('a', fails), kept.get('a', fails)])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await kept.get('a', async () => 7)).toBe(7)
})
