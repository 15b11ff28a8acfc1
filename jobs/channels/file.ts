/**
 * The channel 'file': one JSON line a notice in <data directory>/notices/<night>.jsonl, for whoever reads files.
 * A notice whose id stands in the file is not written again, so a crash between writing and marking doubles nothing.
 */
import { mkdir, open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { Notice } from '../../sql/notices.ts'

/** Takes notices until it is closed. One process at a time writes; see takeBundles of sql/deliveries.ts. */
export interface Channel {
  deliver(notice: Notice): Promise<void>
  /** Resolves when all that was delivered is where a power cut cannot take it. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** A night's file as far as it has been read. */
interface NightFile { handle: FileHandle, ids: Set<string>, size: number, isDirty: boolean }

/** @param dir created with the first notice */
export function createFileChannel(dir: string): Channel {
  const files = new Map<string, NightFile>()
  return {
    deliver: async (notice) => {
      let file = files.get(notice.night)
      if (!file) {
        await mkdir(dir, { recursive: true })
        // Notices may name places and units: for the owner's eyes.
        file = { handle: await open(`${dir}/${notice.night}.jsonl`, 'a+', 0o600), ids: new Set(), size: 0, isDirty: false }
        files.set(notice.night, file)
      }
      await readOn(file)
      if (file.ids.has(notice.id)) return
      const bytes = Buffer.from(toLine(notice) + '\n')
      await file.handle.appendFile(bytes)
      file.isDirty = true
      file.ids.add(notice.id)
      file.size += bytes.length
    },
    flush: async () => {
      for (const file of files.values()) {
        if (file.isDirty) await file.handle.datasync()
        file.isDirty = false
      }
    },
    close: async () => {
      for (const { handle } of files.values()) await handle.close()
      files.clear()
    },
  }
}

/** Depends on the notice alone, so that a repeated night writes the same bytes. */
function toLine({ id, night, alertId, reason, unit, payload }: Notice): string {
  return JSON.stringify({ id, night, alert: alertId, reason, unit, ...payload })
}

/** Reads what others have appended since, and cuts off a line that a crash left unfinished. */
async function readOn(file: NightFile): Promise<void> {
  const { size } = await file.handle.stat()
  if (size < file.size) Object.assign(file, { ids: new Set<string>(), size: 0 }) // replaced or cut by somebody
  if (size === file.size) return
  const buffer = Buffer.alloc(size - file.size)
  await file.handle.read(buffer, 0, buffer.length, file.size)
  const end = buffer.lastIndexOf(0x0a) + 1
  for (const line of buffer.toString('utf8', 0, end).split('\n')) {
    const id = line === '' ? undefined : idOf(line)
    if (id !== undefined) file.ids.add(id)
  }
  if (end < buffer.length) await file.handle.truncate(file.size + end)
  file.size += end
}

function idOf(line: string): string | undefined {
  try {
    const { id } = JSON.parse(line) as { id?: unknown }
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined
  }
}
