import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAddressGuard, isPublicAddress, RefusedTarget } from '../../core/address-guard.ts'
import type { Resolve } from '../../core/address-guard.ts'
import { post } from '../../core/http.ts'
import { startReceiver } from './receiver.ts'
import type { Receiver } from './receiver.ts'

let secret: Receiver
beforeAll(async () => { secret = await startReceiver() })
afterAll(async () => secret.close())

const none: Resolve = async () => { throw new Error('nothing is looked up') }
const fixed = (...addresses: string[]): Resolve => async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
const send = (url: string, resolve: Resolve = none, allowed: readonly string[] = []): Promise<unknown> =>
  post({ url, headers: {}, body: '{}' }, { guard: createAddressGuard(allowed, resolve), timeoutMs: 2000 })

test.each([
  '127.0.0.1', '127.1', '2130706433', '0177.0.0.1', '0x7f.0.0.1', '0x7f000001', '127.0.0.1.', '0.0.0.0', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]',
  '169.254.169.254', '10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255',
  '[fe80::1]', '[fc00::1]', '[fd00::1]', '[ff02::1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::1]', '[2002:7f00:1::]', '[2001::1]',
])('https://%s is refused before any connection', async (host) => {
  await expect(send(`https://${host}:${secret.port}/`)).rejects.toThrow(RefusedTarget)
})

test.each([['loopback', '127.0.0.1'], ['IPv6 loopback', '::1'], ['metadata', '169.254.169.254'], ['mapped loopback', '::ffff:127.0.0.1']])('a name that leads to %s is refused', async (_, address) => {
  await expect(send(`https://hook.example:${secret.port}/`, fixed(address))).rejects.toThrow('leads to a private')
  // One bad address among good ones is enough: which one is used is not ours to choose.
  await expect(send(`https://hook.example:${secret.port}/`, fixed('93.184.216.34', address))).rejects.toThrow('leads to a private')
})

test('the name localhost is refused by what it leads to', async () => {
  const guard = createAddressGuard([])
  await expect(post({ url: `https://localhost:${secret.port}/`, headers: {}, body: '{}' }, { guard, timeoutMs: 2000 })).rejects.toThrow('leads to a private')
})

test('a name that changes its address between two looks is judged on each connection', async () => {
  let looks = 0
  const rebinding: Resolve = async () => (++looks === 1 ? [{ address: '127.0.0.2', family: 4 }] : [{ address: '127.0.0.1', family: 4 }])
  const guard = createAddressGuard(['127.0.0.2'], rebinding)
  const url = `https://rebind.example:${secret.port}/`
  await expect(post({ url, headers: {}, body: '{}' }, { guard, timeoutMs: 100 })).rejects.not.toThrow(RefusedTarget) // the first answer is fine, and nobody is there
  await expect(post({ url, headers: {}, body: '{}' }, { guard, timeoutMs: 2000 })).rejects.toThrow(RefusedTarget)
  expect(looks).toBe(2) // a look a connection: what was judged is what was connected to
})

test('a redirect to this machine is an answer, and is not followed', async () => {
  const open = createServer((_, response) => response.writeHead(307, { location: secret.url }).end())
  await new Promise<void>((resolve) => open.listen(0, '127.0.0.1', resolve))
  const { port } = open.address() as { port: number }
  expect(await send(`http://127.0.0.1:${port}/`, none, [`127.0.0.1:${port}`])).toMatchObject({ status: 307 })
  await new Promise((resolve) => open.close(resolve))
  expect(secret.posts).toEqual([])
})

test.each(['file:///etc/passwd', 'ftp://hook.example/', 'data:text/plain,x', 'http://hook.example/', 'https://user:pass@hook.example/'])('%s is refused', async (url) => {
  await expect(send(url)).rejects.toThrow(RefusedTarget)
})

test('what the operator lists is reached, and nothing beside it', async () => {
  expect(await send(secret.url, none, [`127.0.0.1:${secret.port}`])).toMatchObject({ status: 204 })
  await expect(send(secret.url, none, ['127.0.0.1:1'])).rejects.toThrow(RefusedTarget)
  expect(await send(secret.url, none, ['127.0.0.0/8'])).toMatchObject({ status: 204 })
  expect(await send(`http://hook.city:${secret.port}/`, fixed('127.0.0.1'), ['hook.city'])).toMatchObject({ status: 204 })
  await expect(send(`http://other.city:${secret.port}/`, fixed('127.0.0.1'), ['hook.city'])).rejects.toThrow(RefusedTarget)
  // A listed block opens its addresses by name, too, but not without TLS.
  await expect(send(`http://hook.city:${secret.port}/`, fixed('127.0.0.1'), ['127.0.0.0/8'])).rejects.toThrow('only https')
})

test('public addresses pass', () => {
  for (const address of ['8.8.8.8', '1.2.4.8', '223.5.5.5', '2400:3200::1', '2606:4700::1111']) expect(isPublicAddress(address)).toBe(true)
  for (const address of ['', 'x', '256.1.1.1', '::ffff:8.8.8.8']) expect(isPublicAddress(address)).toBe(false)
})
