import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { useDirectory, weisu } from './weisu.ts'

describe('weisu detect', () => {
  const directory = useDirectory()
  const path = join(directory, 'counts.csv')
  writeFileSync(path, `scenario,place,date,count\n${Array.from({ length: 12 }, (_, i) => `1,"a, b",2026-03-${String(i + 1).padStart(2, '0')},${i === 11 ? 30 : 4 + (i % 2)}`).join('\n')}\n`)
  const detect = (...args: string[]): ReturnType<typeof weisu> => weisu(['detect', '--data-dir', directory, ...args])

  test('writes JSON with the table\'s own columns', async () => {
    const { code, stdout } = await detect('--method', 'earsC2', '--counts', path, '--json')
    expect(code).toBe(0)
    const rows = JSON.parse(stdout) as Record<string, unknown>[]
    expect(rows).toHaveLength(12)
    expect(rows[0]).toEqual({ scenario: 1, place: 'a, b', date: '2026-03-01', count: 4, expected: null, upper: null, statistic: null, verdict: 'cannot tell', reason: 'no_history', recurrence_days: null, window: 1 })
    expect(rows[11]).toMatchObject({ count: 30, verdict: 'alert', reason: null })
    expect(rows[11]!.recurrence_days).toBeGreaterThan(1e6)
  })

  test('writes CSV to a pipe, the summary beside it', async () => {
    const { code, stdout, stderr } = await detect('--method', 'earsC2', '--counts', path, '--from', '2026-03-11')
    expect(code).toBe(0)
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'scenario,place,date,count,expected,upper,statistic,verdict,reason,recurrence_days,window',
      expect.stringMatching(/^1,"a, b",2026-03-11,4,4\.57\d+,5\.81\d+,-1\.06\d+,normal,,1\.16\d+,1$/),
    ])
    expect(stderr).toBe('earsC2: 2 rows judged, alerts: 1, cannot tell: 0\n')
  })

  test('--method list and an unknown name show what there is', async () => {
    const { code, stdout } = await detect('--method', 'list')
    expect([code, stdout.includes('earsC2'), stdout.includes('Hutwagner 2003')]).toEqual([0, true, true])
    const unknown = await detect('--method', 'earsC9', '--counts', path, '--lang', 'zh')
    expect(unknown.code).toBe(2)
    expect(unknown.stdout).toBe('')
    expect(unknown.stderr).toContain('earsC2_weekdays  ')
    expect(unknown.stderr).toContain('“earsC9”无效')
  })

  test('names the line of a count that is none', async () => {
    const bad = join(directory, 'bad.csv')
    writeFileSync(bad, 'date,count\n2026-03-01,4\n2026-03-02,-4\n')
    expect(await detect('--method', 'earsC2', '--counts', bad)).toMatchObject({ code: 4, stdout: '', stderr: expect.stringMatching(/line 3 of .*bad\.csv: -4 is no count/) })
    // Was: "invalid --counts: –".
    expect(await detect('--method', 'earsC2')).toMatchObject({ code: 2, stderr: expect.stringContaining('option --counts is needed: the file of counts') })
    expect(await detect('--method', 'earsC2', '--lang', 'zh')).toMatchObject({ code: 2, stderr: expect.stringContaining('必须给出选项 --counts：计数表文件') })
    expect(await detect('--method', 'earsC2', '--counts', bad, '--periods-per-year', '1')).toMatchObject({ code: 2, stderr: expect.stringContaining('from 2 to 100000') })
  })
})
