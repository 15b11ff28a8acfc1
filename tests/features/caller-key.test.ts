import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callerKey, normaliseCaller, readCallerSecret } from '../../features/caller-key.ts'

const secret = Buffer.alloc(32, 7)

test('one caller has one key, however the number is written', () => {
  const keys = ['13812345678', '138 1234 5678', '+86 138-1234-5678', '１３８１２３４５６７８', '008613812345678'].map((raw) => callerKey(secret, raw))
  expect(new Set(keys).size).toBe(1)
  expect(keys[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
})

test('another caller or another secret gives another key', () => {
  expect(callerKey(secret, '13812345679')).not.toBe(callerKey(secret, '13812345678'))
  expect(callerKey(Buffer.alloc(32, 8), '13812345678')).not.toBe(callerKey(secret, '13812345678'))
})

test('nobody and masked numbers have no key', () => {
  for (const raw of ['', '  ', '138****1234', '张*']) expect(callerKey(secret, raw)).toBeNull()
  expect(normaliseCaller('A00012345')).toBe('a00012345')
})

test('the secret is made once, for its owner only', () => {
  const directory = mkdtempSync(join(tmpdir(), 'weisu-key-'))
  try {
    const first = readCallerSecret(directory)
    expect(first).toHaveLength(32)
    expect(readCallerSecret(directory)).toEqual(first)
    expect(statSync(`${directory}/caller.key`).mode & 0o777).toBe(0o600)
    expect(() => readCallerSecret(directory, `${directory}/none`)).toThrow('no caller key')
    writeFileSync(`${directory}/caller.key`, 'short')
    expect(() => readCallerSecret(directory)).toThrow('64 hexadecimal digits')
    expect(readFileSync(`${directory}/caller.key`, 'utf8')).toBe('short')
  } finally {
    rmSync(directory, { recursive: true })
  }
})
