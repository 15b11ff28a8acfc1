/**
 * A forwarder between a client and a server that can fall silent without closing anything: a connection neither open nor closed.
 */
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export interface Proxy {
  port: number
  /** From now on nothing passes, and nobody is told. */
  swallow(): void
  close(): Promise<void>
}

export async function startProxy(target: number): Promise<Proxy> {
  let silent = false
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const [from, to] of [[near, far], [far, near]] as const) {
      sockets.add(from)
      from.on('data', (chunk: Buffer) => { if (!silent) to.write(chunk) })
      from.on('close', () => { if (!silent) to.destroy() })
      from.on('error', () => {})
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    swallow: () => { silent = true },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
