/**
 * The lines of the log that speak of one night, from the log file of the data directory and its predecessor.
 */
import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { logPath } from '../../core/log.ts'

export interface LogLine { at: string, level: string, event: string, /** The other fields, as JSON. */ fields: string }

export interface LogLines {
  lines: LogLine[]
  /** Lines left out before these. */
  more: number
  /** No log file lies there: the service runs elsewhere. */
  missing: boolean
}

/** Longest line that is read; fields beyond so many characters are cut. */
const MOST_CHARACTERS = 2000

/**
 * The newest lines that name the night, in order of time. Lines that are no JSON are passed over.
 *
 * @param night YYYY-MM-DD
 */
export async function readNightLog(dataDir: string, night: string, most: number): Promise<LogLines> {
  const files = [`${logPath(dataDir)}.1`, logPath(dataDir)].filter((path) => existsSync(path))
  const lines: LogLine[] = []
  let more = 0
  for (const path of files) {
    for await (const text of createInterface({ input: createReadStream(path, { encoding: 'utf8' }), crlfDelay: Infinity })) {
      // Cheap before exact: most lines are of other nights.
      if (!text.includes(night)) continue
      const line = parseLine(text, night)
      if (!line) continue
      lines.push(line)
      if (lines.length > most) {
        lines.shift()
        more++
      }
    }
  }
  return { lines, more, missing: files.length === 0 }
}

function parseLine(text: string, night: string): LogLine | undefined {
  try {
    const { at, level, event, ...fields } = JSON.parse(text) as Record<string, unknown>
    if (fields.night !== night || typeof at !== 'string' || typeof event !== 'string') return undefined
    delete fields.night
    const rest = JSON.stringify(fields)
    return { at, level: String(level), event, fields: rest === '{}' ? '' : rest.length > MOST_CHARACTERS ? `${rest.slice(0, MOST_CHARACTERS)}…` : rest }
  } catch {
    return undefined
  }
}
