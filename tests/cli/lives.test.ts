import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ticketsCsv } from './tickets.ts'
import { onLinux, ROOT, serverPids, start, until, useDirectory, weisu, WEISU } from './weisu.ts'

const directory = useDirectory()
const dataDir = join(directory, 'data')
const args = (...words: string[]): string[] => [...words, '--data-dir', dataDir]
const big = join(directory, 'big.csv')
const gone = (): Promise<boolean> => until(() => serverPids(dataDir).length === 0, 20_000)
const count = async (): Promise<number> => (JSON.parse((await weisu(args('sources', '--json'))).stdout) as { tickets: number }[]).reduce((sum, row) => sum + row.tickets, 0)

beforeAll(async () => {
  writeFileSync(big, ticketsCsv({ from: '2020-01-01', days: 1500, perDay: 300 }))
  expect((await weisu(args('init'))).code).toBe(0)
})

test.runIf(onLinux)('a finished command leaves no server', async () => {
  expect(await gone()).toBe(true)
})

describe.runIf(onLinux)('an import that is ended', () => {
  /** Starts the import and waits until it is writing. */
  async function underWay(): Promise<ReturnType<typeof start>> {
    expect(await gone()).toBe(true) // else the server that is seen may be the last command's
    const running = start(args('import', big, '--debug'))
    expect(await until(() => serverPids(dataDir).length > 0, 20_000)).toBe(true)
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(running.child.exitCode).toBe(null)
    return running
  }

  test('by Ctrl-C says how to go on, exits with 130, leaves no server and no row', async () => {
    const running = await underWay()
    running.child.kill('SIGINT')
    const { code, stderr } = await running.done
    expect(code).toBe(130)
    expect(stderr).toContain('Stopping')
    expect(stderr).toContain(`run weisu import ${big} --data-dir ${dataDir} again`)
    expect(await gone()).toBe(true)
    expect(await count()).toBe(0)
  })

  test('by kill does the same', async () => {
    const running = await underWay()
    running.child.kill('SIGTERM')
    expect((await running.done).code).toBe(130)
    expect(await gone()).toBe(true)
  })

  test('by two signals ends at once', async () => {
    const running = await underWay()
    running.child.kill('SIGINT')
    await until(() => running.stderrSoFar().includes('Stopping'), 5000)
    const began = performance.now()
    running.child.kill('SIGINT')
    expect((await running.done).code).toBe(130)
    expect(performance.now() - began).toBeLessThan(1000)
    expect(await gone()).toBe(true)
  })

  test('by kill -9 leaves no server and no row', async () => {
    const running = await underWay()
    running.child.kill('SIGKILL')
    expect((await running.done).signal).toBe('SIGKILL')
    expect(await gone()).toBe(true)
    expect(await count()).toBe(0)
  })
})

test('a second writer waits and says for whom; one that may not wait ends with 3', async () => {
  expect(await gone()).toBe(true)
  const first = start(args('import', big, '--json'))
  const small = (name: string): string => {
    const path = join(directory, `${name}.csv`)
    writeFileSync(path, ticketsCsv({ days: 1, prefix: name }))
    return path
  }
  const one = small('I')
  const two = small('P')
  // Until the first one holds the lock, an impatient one may be faster.
  let impatient = await weisu(args('import', one, '--wait', '0'))
  for (let i = 0; i < 10 && impatient.code === 0 && first.child.exitCode === null; i++) impatient = await weisu(args('import', one, '--wait', '0'))
  const patient = await weisu(args('import', two, '--json'))
  expect(impatient.code).toBe(3)
  expect(impatient.stderr).toMatch(/being written by weisu import \(pid \d+ on /)
  expect(patient.code).toBe(0)
  expect(patient.stderr).toMatch(/being written by weisu import \(pid \d+ on .*waiting up to 60 s/)
  expect(JSON.parse(patient.stdout)).toMatchObject({ read: 6, new: 6 })
  expect(JSON.parse((await first.done).stdout)).toMatchObject({ read: 450_000, new: 450_000 })
})

describe('the script', () => {
  test('works through a symbolic link, from another directory, with spaces in both', async () => {
    const link = join(directory, 'a link to weisu')
    symlinkSync(WEISU, link)
    const relative = join(directory, 'relative link')
    symlinkSync('a link to weisu', relative)
    for (const command of [link, relative]) {
      const { code, stdout } = await weisu(['--version'], { command, cwd: '/' })
      expect([code, stdout]).toEqual([0, `${(JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { version: string }).version}\n`])
    }
  })

  test('takes a relative data directory from where the user stands', async () => {
    const { code } = await weisu(['init', '--data-dir', 'here', '--quiet'], { cwd: directory })
    expect(code).toBe(0)
    expect(existsSync(join(directory, 'here/postgres'))).toBe(true)
  })

  test('says what to do where the pinned Node is missing', async () => {
    const lonely = join(directory, 'weisu')
    writeFileSync(lonely, readFileSync(WEISU), { mode: 0o755 })
    const { code, stderr } = await weisu([], { command: lonely })
    expect([code, stderr]).toEqual([6, expect.stringContaining('npm ci')])
  })
})
