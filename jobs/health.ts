/**
 * Is the service alive, can it do its work, and in numbers: /healthz, /readyz and /metrics (Prometheus text format 0.0.4).
 */
import { serve } from '@hono/node-server'
import type { ServerType } from '@hono/node-server'
import { Hono } from 'hono'
import { UnavailableError } from '../core/errors.ts'
import type { ServiceFacts } from '../sql/service-facts.ts'

export interface Readiness { ok: boolean, checks: Record<string, string> }

export interface HealthDeps {
  readiness(): Promise<Readiness>
  /** Undefined while the store cannot be asked. */
  facts(): Promise<ServiceFacts | undefined>
  /** Jobs that wait or are worked on, by queue; undefined while the queue cannot be asked. */
  queues(): Promise<Record<string, number> | undefined>
  /** Counters of this process. */
  counters: Readonly<Record<string, number>>
}

export function createHealthApp(deps: HealthDeps): Hono {
  const app = new Hono()
  app.get('/healthz', (context) => context.text('ok\n'))
  app.get('/readyz', async (context) => {
    const { ok, checks } = await deps.readiness()
    return context.json({ ok, checks }, ok ? 200 : 503)
  })
  app.get('/metrics', async (context) => {
    const [facts, queues] = await Promise.all([deps.facts(), deps.queues()])
    return context.body(renderMetrics(facts, queues, deps.counters), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
  })
  return app
}

/** @throws {UnavailableError} the address is taken or not ours */
export async function serveHealth(app: Hono, host: string, port: number): Promise<{ port: number, close(): Promise<void> }> {
  const server = await new Promise<ServerType>((resolve, reject) => {
    const opened = serve({ fetch: app.fetch, hostname: host, port }, () => resolve(opened))
    opened.once('error', (cause: Error) => reject(new UnavailableError('no_port', `cannot listen on ${host}:${port}: ${cause.message}`, { host, port: String(port), reason: cause.message }, { cause })))
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    // Requests at hand are answered; connections without one are closed.
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      if ('closeIdleConnections' in server) server.closeIdleConnections()
    }),
  }
}

interface Metric { name: string, help: string, type: 'gauge' | 'counter', values: [labels: Record<string, string>, value: number | null | undefined][] }

export function renderMetrics(facts: ServiceFacts | undefined, queues: Record<string, number> | undefined, counters: Readonly<Record<string, number>>): string {
  const of = (label: string, values: Record<string, number>): Metric['values'] => Object.entries(values).map(([key, value]) => [{ [label]: key }, value])
  const { user, system } = process.cpuUsage()
  const metrics: Metric[] = [
    { name: 'weisu_store_up', help: 'Whether the store answers.', type: 'gauge', values: [[{}, facts ? 1 : 0]] },
    { name: 'weisu_queue_up', help: 'Whether the queue answers.', type: 'gauge', values: [[{}, queues ? 1 : 0]] },
    { name: 'weisu_queue_jobs', help: 'Jobs that wait or are worked on.', type: 'gauge', values: of('queue', queues ?? {}) },
    { name: 'weisu_nights_due', help: 'Nights that are over and not run yet.', type: 'gauge', values: [[{}, facts?.nightsDue]] },
    { name: 'weisu_oldest_due_seconds', help: 'For how long the oldest night not run yet has been due.', type: 'gauge', values: [[{}, facts && (facts.oldestDueSeconds ?? 0)]] },
    { name: 'weisu_last_success_timestamp_seconds', help: 'When a night last succeeded.', type: 'gauge', values: [[{}, facts?.lastSuccess]] },
    { name: 'weisu_step_seconds', help: 'Duration of the steps of the newest night.', type: 'gauge', values: of('step', facts?.stepSeconds ?? {}) },
    { name: 'weisu_notices', help: 'Notices in the outbox.', type: 'gauge', values: of('status', facts?.notices ?? {}) },
    { name: 'weisu_open_alerts', help: 'Open alerts.', type: 'gauge', values: of('level', facts?.openAlerts ?? {}) },
    { name: 'weisu_events_total', help: 'What this process has done since it started.', type: 'counter', values: of('event', counters) },
    { name: 'process_cpu_seconds_total', help: 'Processor time.', type: 'counter', values: [[{}, (user + system) / 1e6]] },
    { name: 'process_resident_memory_bytes', help: 'Resident memory.', type: 'gauge', values: [[{}, process.memoryUsage.rss()]] },
    { name: 'process_start_time_seconds', help: 'When the process started.', type: 'gauge', values: [[{}, Date.now() / 1000 - process.uptime()]] },
  ]
  return metrics.map(({ name, help, type, values }) => {
    const lines = values.filter(([, value]) => typeof value === 'number').map(([labels, value]) => `${name}${labelText(labels)} ${value}\n`)
    return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
  }).join('')
}

function labelText(labels: Record<string, string>): string {
  const parts = Object.entries(labels).map(([key, value]) => `${key}="${value.replace(/[\\"\n]/g, (sign) => (sign === '\n' ? '\\n' : `\\${sign}`))}"`)
  return parts.length === 0 ? '' : `{${parts.join(',')}}`
}
