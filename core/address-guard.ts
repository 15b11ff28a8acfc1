/**
 * Which addresses a message may be posted to. A target is named by people, so it must not lead the server to itself, to its
 * neighbours or to a cloud's metadata: only public unicast addresses pass, and what the operator lists. The addresses that were
 * checked are the ones that are connected to: a name is resolved once a connection, here.
 */
import { lookup as dnsLookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import type { LookupFunction } from 'node:net'

export interface Resolved { address: string, family: number }

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly Resolved[]>

export type Refusal = 'scheme' | 'password' | 'private' | 'plain'

export class RefusedTarget extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal, message: string) {
    super(message)
    this.refusal = refusal
  }
}

export interface AddressGuard {
  /**
   * Judges the address as it is written, and gives http.request the lookup that judges what its name leads to: refused if any of
   * its addresses is, answered with just those that were judged.
   *
   * @throws {RefusedTarget} scheme, credentials in the address, a literal address that is refused
   */
  lookupFor(url: URL): LookupFunction
}

const BLOCKED = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24],
  ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const) BLOCKED.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]] as const) BLOCKED.addSubnet(net, bits, 'ipv6')

/** All public unicast of IPv6; mapped, NAT64, unique local, link-local, multicast lie outside. */
const GLOBAL6 = new BlockList()
GLOBAL6.addSubnet('2000::', 3, 'ipv6')

export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !BLOCKED.check(address, 'ipv4')
  return family === 6 && GLOBAL6.check(address, 'ipv6') && !BLOCKED.check(address, 'ipv6')
}

/** @param allowed hosts, hosts with port, addresses, blocks; see DeliverySettings.allowPrivateTargets */
export function createAddressGuard(allowed: readonly string[], resolve: Resolve = (host) => dnsLookup(host, { all: true, verbatim: true })): AddressGuard {
  const blocks = new BlockList()
  const hosts = new Set<string>()
  for (const entry of allowed) {
    const [net, bits] = entry.split('/') as [string, string?]
    const family = isIP(net)
    if (family === 0) hosts.add(entry.toLowerCase())
    else blocks.addSubnet(net, bits === undefined ? (family === 4 ? 32 : 128) : Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  }
  const isListed = (address: string): boolean => blocks.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
  const mayReach = (address: string): boolean => isPublicAddress(address) || isListed(address)
  return {
    lookupFor: (url) => {
      const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
      if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new RefusedTarget('scheme', `the scheme ${url.protocol} is not allowed`)
      if (url.username || url.password) throw new RefusedTarget('password', 'an address with a password in it is not allowed')
      const byName = hosts.has(host) || hosts.has(`${host}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`)
      // A literal address is connected to without any lookup.
      if (isIP(host) !== 0 && !byName && !mayReach(host)) throw new RefusedTarget('private', 'the address is private or special')
      if (url.protocol === 'http:' && !byName && !(isIP(host) !== 0 && isListed(host))) throw new RefusedTarget('plain', 'only https is allowed')
      return (name, options, callback) => {
        resolve(name).then((found) => {
          if (found.length === 0) throw new RefusedTarget('private', 'the name has no address')
          if (!byName && !found.every(({ address }) => mayReach(address))) throw new RefusedTarget('private', 'the name leads to a private or special address')
          if (options.all) callback(null, found.map(({ address, family }) => ({ address, family })))
          else callback(null, found[0]!.address, found[0]!.family)
        }).catch((error: NodeJS.ErrnoException) => callback(error, []))
      }
    },
  }
}
