/**
 * The default demo city from an empty directory to its report, through the command that a user types: seconds of each step,
 * of a second run, and of the nights of a fortnight. No peer does the same; the plain COPY of bench/import.ts is the yardstick
 * of the machine.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TOWN } from './store.ts'

const WEISU = fileURLToPath(new URL('../weisu', import.meta.url))

interface Night { steps: { name: string, seconds: number }[], alerts: Record<string, number> }

/**
 * @param quick a small city, and no fortnight
 * @returns seconds of everything, JSON-friendly
 */
export async function benchNight(quick: boolean): Promise<object> {
  const directory = mkdtempSync(join(tmpdir(), 'weisu-bench-night-'))
  const params = join(directory, 'params.json')
  try {
    if (quick) writeFileSync(params, JSON.stringify(TOWN))
    const demo = ['demo', '--run', '--json', '--data-dir', directory, ...(quick ? ['--params', params] : [])]
    const first = await weisu(demo)
    const city = JSON.parse(first.stdout) as { city: { seconds: number } | null, night: Night }
    const second = await weisu(demo)
    const start = {
      firstRunSeconds: first.seconds,
      loadSeconds: city.city?.seconds,
      steps: Object.fromEntries(city.night.steps.map((step) => [step.name, step.seconds])),
      secondRunSeconds: second.seconds,
    }
    if (quick) return start
    const range = await weisu(['nightly', '--from', '2026-11-09', '--until', '2026-11-22', '--json', '--data-dir', directory])
    const nights = JSON.parse(range.stdout) as Night[]
    const seconds = (night: Night): number => night.steps.reduce((sum, step) => sum + step.seconds, 0)
    return {
      ...start,
      fortnightSeconds: range.seconds,
      secondsANight: nights.slice(1, -1).map((night) => Math.round(seconds(night) * 100) / 100),
    }
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 })
  }
}

function weisu(args: string[]): Promise<{ stdout: string, seconds: number }> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(WEISU, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
    child.on('error', reject)
    child.on('close', (code) => (code === 0
      ? resolve({ stdout, seconds: Math.round((performance.now() - began) / 100) / 10 })
      : reject(new Error(`weisu ${args[0]} ended with ${code}`))))
  })
}
