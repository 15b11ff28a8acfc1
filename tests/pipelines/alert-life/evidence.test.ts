import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { LARGEST_EVIDENCE, readEvidenceFile, storeEvidence } from '../../../pipelines/alert-life/evidence.ts'

const directory = mkdtempSync(join(tmpdir(), 'weisu-evidence-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const store = join(directory, 'store')
const file = (name: string, content: Buffer | string): string => {
  writeFileSync(join(directory, name), content)
  return join(directory, name)
}
const PDF = Buffer.from('%PDF-1.7 a report')

test('the same content is kept once, whatever its name, read-only and unreadable to others', () => {
  const one = storeEvidence(store, file('a.pdf', PDF))
  const other = storeEvidence(store, file('b.PDF', PDF))
  expect(other).toEqual({ ...one, name: 'b.PDF' })
  expect(one).toMatchObject({ name: 'a.pdf', type: 'application/pdf', bytes: PDF.length })
  const folder = join(store, 'evidence', one.sha256.slice(0, 2))
  expect(readdirSync(folder)).toEqual([one.sha256])
  expect(statSync(join(folder, one.sha256)).mode & 0o777).toBe(0o400)
  expect(statSync(folder).mode & 0o077).toBe(0)
  expect(readEvidenceFile(store, one.sha256)).toEqual(PDF)
})

test('what is no evidence is refused, and nothing is left of it', () => {
  const before = readdirSync(join(store, 'evidence'))
  const codeOf = (path: string): string => {
    try {
      storeEvidence(store, path)
      return 'taken'
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  expect(codeOf(file('page.html', '<script>alert(1)</script>'))).toBe('evidence_type')
  expect(codeOf(file('page.png', '<script>alert(1)</script>'))).toBe('evidence_type')
  expect(codeOf(file('drawing.svg', '<svg onload="alert(1)"/>'))).toBe('evidence_type')
  expect(codeOf(file('binary.txt', Buffer.from([65, 0, 66])))).toBe('evidence_type')
  expect(codeOf(file('old.doc', PDF))).toBe('evidence_type')
  expect(codeOf(file('none.pdf', ''))).toBe('empty_file')
  expect(codeOf(join(directory, 'nothing.pdf'))).toBe('no_file')
  expect(codeOf(directory)).toBe('no_file')
  const large = file('large.pdf', PDF)
  truncateSync(large, LARGEST_EVIDENCE + 1)
  expect(codeOf(large)).toBe('evidence_too_large')
  expect(readdirSync(join(store, 'evidence'))).toEqual(before)
})

test('text in GB18030 is text', () => {
  expect(storeEvidence(store, file('note.txt', Buffer.from([0xd2, 0xd1, 0xd0, 0xde, 0xba, 0xc3]))).type).toBe('text/plain')
})

test('a file that was changed behind the store\'s back is not handed out, and no path is', () => {
  const { sha256 } = storeEvidence(store, file('c.txt', 'as it was'))
  const at = join(store, 'evidence', sha256.slice(0, 2), sha256)
  chmodSync(at, 0o600)
  writeFileSync(at, 'as it is')
  expect(() => readEvidenceFile(store, sha256)).toThrow(expect.objectContaining({ code: 'evidence_damaged' }))
  expect(() => readEvidenceFile(store, '../../etc/passwd')).toThrow(expect.objectContaining({ code: 'no_evidence' }))
})

test('a name keeps no control characters', () => {
  expect(storeEvidence(store, file('a\u202eb\u0007.txt', 'x')).name).toBe('ab.txt')
})
