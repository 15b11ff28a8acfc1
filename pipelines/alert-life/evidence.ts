/**
 * Files of evidence: kept in the data directory under the hash of what is in them, of a few types and a bounded size, and never changed.
 */
import { createHash, randomUUID } from 'node:crypto'
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { BadInputError } from '../../core/errors.ts'
import type { EvidenceFile, JointWork } from './work.ts'

export interface StoredFile { sha256: string, name: string, type: string, bytes: number }

/** Bytes. */
export const LARGEST_EVIDENCE = 20 * 1024 * 1024

const starts = (...bytes: number[]) => (content: Buffer): boolean => bytes.every((byte, i) => content[i] === byte)
const isZip = starts(0x50, 0x4b, 0x03, 0x04)

/** Media type and what a file of it begins with, by the ending of its name: what a browser might run is not among them. */
const TYPES: Readonly<Record<string, readonly [type: string, fits: (content: Buffer) => boolean]>> = {
  '.pdf': ['application/pdf', starts(0x25, 0x50, 0x44, 0x46, 0x2d)],
  '.png': ['image/png', starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
  '.jpg': ['image/jpeg', starts(0xff, 0xd8, 0xff)],
  '.jpeg': ['image/jpeg', starts(0xff, 0xd8, 0xff)],
  '.webp': ['image/webp', (content) => content.toString('latin1', 0, 4) === 'RIFF' && content.toString('latin1', 8, 12) === 'WEBP'],
  '.mp4': ['video/mp4', (content) => content.toString('latin1', 4, 8) === 'ftyp'],
  '.docx': ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', isZip],
  '.xlsx': ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', isZip],
  '.txt': ['text/plain', isText],
  '.csv': ['text/csv', isText],
}

export const EVIDENCE_ENDINGS = Object.keys(TYPES)

/**
 * Copies the file into the store; one that is there already stays as it is.
 *
 * @throws {BadInputError} no file, empty, too large, of another type, or not what its ending says
 */
export function storeEvidence(dataDir: string, path: string): StoredFile {
  const size = statSync(path, { throwIfNoEntry: false })
  if (!size?.isFile()) throw new BadInputError('no_file', `cannot open ${path}`, { path })
  checkSize(path, size.size)
  return storeEvidenceContent(dataDir, path, readFileSync(path))
}

/** The same of a file that was sent. @param name  the sender's word for it: its ending says what it should be */
export function storeEvidenceContent(dataDir: string, name: string, content: Buffer): StoredFile {
  checkSize(name, content.length)
  if (content.length === 0) throw new BadInputError('empty_file', `${name} is empty`, { path: name })
  const [type, fits] = TYPES[extname(name).toLowerCase()] ?? ['', () => false]
  if (!fits(content)) throw new BadInputError('evidence_type', `${name} is none of ${EVIDENCE_ENDINGS.join(' ')}, or not what its name says`, { path: name, types: EVIDENCE_ENDINGS.join(' ') })
  const sha256 = createHash('sha256').update(content).digest('hex')
  const at = pathOf(dataDir, sha256)
  if (!existsSync(at)) writeOnce(at, content)
  return { sha256, name: basename(name.replaceAll('\\', '/')).replace(/\p{C}/gu, '').slice(-200), type, bytes: content.length }
}

function checkSize(path: string, bytes: number): void {
  if (bytes > LARGEST_EVIDENCE) throw new BadInputError('evidence_too_large', `${path} is larger than ${LARGEST_EVIDENCE} bytes`, { path, megabytes: LARGEST_EVIDENCE / 1048576 })
}

/** @throws {BadInputError} not in the store, or no longer what it was */
export function readEvidenceFile(dataDir: string, sha256: string): Buffer {
  const at = pathOf(dataDir, sha256)
  if (!/^[0-9a-f]{64}$/.test(sha256) || !existsSync(at)) throw new BadInputError('no_evidence', `no file of evidence has the hash ${sha256}`, { sha256 })
  const content = readFileSync(at)
  if (createHash('sha256').update(content).digest('hex') !== sha256) throw new BadInputError('evidence_damaged', `the file of evidence ${sha256} is damaged`, { sha256 })
  return content
}

function pathOf(dataDir: string, sha256: string): string {
  return join(dataDir, 'evidence', sha256.slice(0, 2), sha256)
}

/** Whole or not at all, and on the disk before anything refers to it. */
function writeOnce(at: string, content: Buffer): void {
  const directory = join(at, '..')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const part = `${at}.${randomUUID()}.part`
  try {
    const file = openSync(part, 'wx', 0o600)
    try {
      writeFileSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    chmodSync(part, 0o400)
    renameSync(part, at)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}

function isText(content: Buffer): boolean {
  if (content.includes(0)) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content)
    return true
  } catch {
    try {
      new TextDecoder('gb18030', { fatal: true }).decode(content)
      return true
    } catch {
      return false
    }
  }
}

/** A file of an alert by the number of the act that brought it. @throws {BadInputError} the alert has none */
export function findEvidence({ evidence }: Pick<JointWork, 'evidence'>, number: string): EvidenceFile {
  const file = evidence.find(({ id }) => id === number)
  if (!file) throw new BadInputError('no_such_task', `the alert has no file ${number}`, { task: number })
  return file
}
