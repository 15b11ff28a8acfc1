/**
 * What changed since a list was shown, as server-sent events: a number, so that nothing moves under the reader's hand.
 */
import { filterOf, readerOf, readQuery } from '../../pipelines/inbox/query.ts'
import { readNow } from '../../sql/clocks.ts'
import { readTimeZone } from '../../sql/inbox-health.ts'
import { readChanged } from '../../sql/inbox-list.ts'
import type { WebRequest } from '../request.ts'

/** Between two looks, in milliseconds. */
const EVERY = 4_000
/** Before a browser that was cut off asks again, in milliseconds. */
const RETRY = 15_000
/** After so long the browser asks anew, and is asked anew who it is. */
const LONGEST = 10 * 60_000
const MOST = 100

export function liveInbox(request: WebRequest): Response {
  const query = readQuery(request.url.searchParams)
  const reader = readerOf(request.actor)
  const given = Number(request.headers.get('last-event-id') ?? request.query('since'))
  const encoder = new TextEncoder()
  let timer: NodeJS.Timeout | undefined
  const stop = (): void => clearTimeout(timer)
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const began = performance.now()
      const seen = new Set<string>()
      let since = Number.isFinite(given) && given > 0 ? given : NaN
      let told = 0
      const end = (): void => {
        stop()
        try {
          controller.close()
        } catch {
          // It is closed already: the reader has gone.
        }
      }
      const look = async (): Promise<void> => {
        if (request.signal.aborted) return end()
        try {
          const changed = await request.withActor(async (client) => {
            const now = await readNow(client)
            if (Number.isNaN(since)) since = now
            return readChanged(client, await filterOf(client, query, request.actor, now, await readTimeZone(client)), since, MOST, reader)
          })
          for (const { id } of changed) seen.add(id)
          if (seen.size !== told) {
            told = seen.size
            controller.enqueue(encoder.encode(`id: ${since}\nevent: changed\ndata: ${JSON.stringify({ n: told, ids: [...seen] })}\n\n`))
          } else controller.enqueue(encoder.encode(': nothing new\n\n'))
        } catch (error) {
          request.log.warn('live_failed', { message: error instanceof Error ? error.message : String(error) })
          return end()
        }
        if (performance.now() - began > LONGEST) return end()
        timer = setTimeout(() => void look(), EVERY)
        timer.unref()
      }
      request.signal.addEventListener('abort', end, { once: true })
      controller.enqueue(encoder.encode(`retry: ${RETRY}\n\n`))
      void look()
    },
    cancel: stop,
  })
  return new Response(stream, { headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' } })
}
