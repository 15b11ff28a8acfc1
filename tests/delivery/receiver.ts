/**
 * An HTTP receiver on this machine that does what a test says: answers, fails, redirects, hangs, talks for ever.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

export interface Posted { path: string, headers: Record<string, string>, body: string }

export interface Receiver {
  url: string
  port: number
  /** In order of arrival. */
  posts: Posted[]
  close(): Promise<void>
}

/** @param act what the n-th request gets, from 0; the default is 204 */
export type Act = (response: ServerResponse, n: number, posted: Posted) => void

/** @param tls key and certificate of an https receiver */
export async function startReceiver(act: Act = (response) => response.writeHead(204).end(), tls?: { key: string, cert: string }): Promise<Receiver> {
  const posts: Posted[] = []
  const sockets = new Set<Socket>()
  const listen: RequestListener = (request: IncomingMessage, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const posted = { path: request.url ?? '', headers: request.headers as Record<string, string>, body: Buffer.concat(parts).toString('utf8') }
      posts.push(posted)
      act(response, posts.length - 1, posted)
    })
  }
  const server = tls ? createTlsServer(tls, listen) : createServer(listen)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    posts, port, url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/hook`,
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    }),
  }
}
