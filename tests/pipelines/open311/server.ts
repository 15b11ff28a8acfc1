/**
 * An Open311 server on this machine with tickets in memory, and all the ways in which real ones are odd.
 */
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface ServerTicket {
  service_request_id?: string
  token?: string
  requested_datetime: string
  updated_datetime?: string
  status?: string
  service_code?: string
  service_name?: string
  description?: string
  address?: string
  lat?: number
  long?: number
  extended_attributes?: Record<string, unknown>
}

export interface Behaviour {
  /** Most tickets an answer holds. */
  cap: number
  /** 'ignored': every page is the first. */
  paging: 'works' | 'ignored' | '404-after-last'
  heedsDates: boolean
  /** Newest update first, oldest request first. */
  order: 'updated' | 'requested'
  services: Record<string, string>[] | number
  tokens: Record<string, string>
  /** Called before each answer; may answer itself. @returns true when it did */
  interfere?: (response: ServerResponse, url: URL, n: number) => boolean
}

export interface FakeServer { url: string, tickets: ServerTicket[], behaviour: Behaviour, asked: URL[], close(): Promise<void> }

export async function startServer(given: Partial<Behaviour> = {}): Promise<FakeServer> {
  const behaviour: Behaviour = { cap: 1000, paging: 'works', heedsDates: true, order: 'requested', services: [], tokens: {}, ...given }
  const tickets: ServerTicket[] = []
  const asked: URL[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://server')
    asked.push(url)
    if (behaviour.interfere?.(response, url, asked.length - 1)) return
    const xml = url.pathname.endsWith('.xml')
    const send = (list: readonly object[], root: string, item: string): void => {
      response.writeHead(200, { 'content-type': xml ? 'application/xml' : 'application/json' }).end(xml ? toXml(list, root, item) : JSON.stringify(list))
    }
    const path = url.pathname.replace(/\.(json|xml)$/, '')
    if (path === '/v2/services') return typeof behaviour.services === 'number' ? void response.writeHead(behaviour.services).end() : send(behaviour.services, 'services', 'service')
    if (path.startsWith('/v2/tokens/')) {
      const id = behaviour.tokens[path.slice(11)]
      return send([{ token: path.slice(11), ...(id ? { service_request_id: id } : {}) }], 'service_requests', 'request')
    }
    if (path !== '/v2/requests') return void response.writeHead(404).end()
    send(answer(tickets, behaviour, url, response), 'service_requests', 'request')
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`, tickets, behaviour, asked,
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    }),
  }
}

function answer(tickets: readonly ServerTicket[], { cap, paging, heedsDates, order }: Behaviour, url: URL, response: ServerResponse): ServerTicket[] {
  const at = (text: string | null): number => (text === null ? NaN : Date.parse(text))
  const [from, until] = [at(url.searchParams.get('start_date')), at(url.searchParams.get('end_date'))]
  const key = (ticket: ServerTicket): string => (order === 'updated' ? ticket.updated_datetime ?? '' : ticket.requested_datetime)
  const all = tickets.filter((ticket) => !heedsDates || (Date.parse(ticket.requested_datetime) >= from && Date.parse(ticket.requested_datetime) < until))
    .sort((a, b) => (order === 'updated' ? -1 : 1) * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0))
  const size = Math.min(cap, Number(url.searchParams.get('page_size') ?? cap))
  const page = paging === 'ignored' ? 1 : Number(url.searchParams.get('page') ?? 1)
  const list = all.slice((page - 1) * size, page * size)
  if (paging === '404-after-last' && page > 1 && list.length === 0) response.statusCode = 404
  return list
}

function toXml(list: readonly object[], root: string, item: string): string {
  const element = (name: string, value: unknown): string => `<${name}>${typeof value === 'object' && value !== null
    ? Object.entries(value).map(([key, inner]) => element(key, inner)).join('') : String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${name}>`
  return `<?xml version="1.0" encoding="utf-8"?>\n<${root}>\n${list.map((each) => element(item, each)).join('\n')}\n</${root}>`
}
