/**
 * What a night needs from outside the pipelines: somebody to deliver its notices and to write its report.
 */
import type { NightDeps } from '../pipelines/nightly.ts'
import type { Db } from '../sql/db.ts'
import { EXIT } from './failure.ts'
import { watchSteps } from './progress.ts'
import type { Session } from './session.ts'

export interface Deliveries {
  delivered: number
  failed: number
  pending: number
  /** Notices that wait for a digest or the end of quiet hours. */
  scheduled?: number
  /** Why notices wait, where the queue is at fault. */
  problem?: string
}

export interface Courier {
  deliver(night: string): Promise<Deliveries>
  /** Delivers what waits of any night, and answers for everything this courier did. */
  rest(): Promise<Deliveries>
}

/** The queues load slowly, so they load when there is something to ask them. */
export function createCourier(session: Session, db: Db): Courier {
  const total: Deliveries = { delivered: 0, failed: 0, pending: 0 }
  const send = async (night?: string): Promise<Deliveries> => {
    const { deliverNotices } = await import('../jobs/deliver.ts')
    const sent = await deliverNotices({ db, config: session.config, log: session.log }, { night })
    total.delivered += sent.delivered
    total.failed += sent.failed
    total.pending = sent.pending
    delete total.scheduled
    if (sent.scheduled) total.scheduled = sent.scheduled
    if (sent.problem) total.problem = sent.problem
    return sent
  }
  return {
    deliver: send,
    rest: async () => {
      if (!total.problem) await send()
      return total
    },
  }
}

/** @param range  several nights follow each other */
export function nightDeps(session: Session, db: Db, courier: Courier, range = false): NightDeps {
  const { config, log, locale } = session
  return {
    db, config, log, signal: session.interrupts.signal, onStep: watchSteps(session, range),
    deliver: (night) => courier.deliver(night),
    report: async (night) => {
      const { writeReport } = await import('../pipelines/report/report.ts')
      return await writeReport({ db, config, log }, { night, locale })
    },
  }
}

/** Says what did not arrive. */
export function deliveryCode(session: Session, { failed, pending, problem }: Deliveries): number {
  if (failed > 0) session.warn('cli.nightly.undelivered', { failed })
  if (pending > 0 && problem) session.warn('cli.nightly.waiting', { problem })
  return failed > 0 || (pending > 0 && problem) ? EXIT.partial : EXIT.ok
}
