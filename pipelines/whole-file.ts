/**
 * Files that appear whole or not at all: written beside their place, flushed, renamed.
 */
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A reader sees the old file or the new one, never a part; directories on the way are made. @throws what the disk says; nothing is left beside then */
export async function writeWhole(path: string, content: string | Uint8Array | AsyncIterable<Uint8Array>, mode = 0o640): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const aside = `${path}.${process.pid}.tmp`
  try {
    const file = await open(aside, 'w', mode)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(aside, path)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
}
