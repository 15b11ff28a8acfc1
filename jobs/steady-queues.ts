/**
 * Queues for a process that goes on when their server does not: opened as soon as it answers, workers started anew after they
 * had to be given up. Meanwhile adding fails at once, and the tables know what is undone.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { PipelineError, UnavailableError } from '../core/errors.ts'
import { createQueues } from './queues.ts'
import type { Queues, QueuesOptions, QueueName, QueueWorker, WorkOptions } from './queues.ts'

export interface SteadyQueues extends Queues {
  /** Why jobs are neither taken nor given out at the moment. */
  problem(): string | undefined
}

const RETRY_MS = 3000

interface Post { name: QueueName, handler: (id: string) => Promise<void>, options: WorkOptions, worker?: QueueWorker | undefined, closed: boolean }

/**
 * @throws {UnavailableError} 'queue_evicts': a Redis that drops jobs. A server that does not answer is no error
 */
export async function createSteadyQueues(options: QueuesOptions, retryMs = RETRY_MS): Promise<SteadyQueues> {
  const { log } = options
  let queues: Queues | undefined
  let problem: string | undefined
  const posts = new Set<Post>()
  const over = new AbortController()

  const open = async (): Promise<void> => {
    try {
      queues ??= await createQueues(options)
      for (const post of posts) if (!post.worker && !post.closed) await fill(post, queues)
      if (problem !== undefined) await queues.count('nights')
      if (problem !== undefined) log.info('queue_back', { backend: queues.backend })
      problem = undefined
    } catch (error) {
      const { message } = error as Error
      if (problem !== message) log.warn('queue_away', { error: message })
      problem = message
      if (error instanceof PipelineError && error.code === 'queue_evicts') throw error
    }
  }
  const fill = async (post: Post, from: Queues): Promise<void> => {
    post.worker = await from.work(post.name, post.handler, {
      ...post.options,
      onGiveUp: (error) => {
        problem = error.message
        post.worker = undefined
        post.options.onGiveUp?.(error)
      },
    })
  }
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await delay(retryMs, undefined, { signal: over.signal, ref: false }).catch(() => {})
      const isIdle = queues && [...posts].every((post) => post.worker ?? post.closed)
      if (!over.signal.aborted && (!isIdle || problem !== undefined)) await open().catch((error: Error) => log.error('queue_refused', { error: error.message }))
    }
  }

  await open()
  const watching = watch()
  const now = (queue: string): Queues => {
    if (!queues) throw new UnavailableError('queue_refused', `the queue took no job: ${problem}`, { queue })
    return queues
  }
  /** A refusal is remembered until a look at the server says that it is back. */
  const noting = async (work: Promise<void>): Promise<void> => {
    await work.catch((error: Error) => {
      problem = error.message
      throw error
    })
  }
  return {
    backend: options.redisUrl ? 'redis' : 'postgres',
    problem: () => problem,
    add: async (queue, jobs) => { if (jobs.length > 0) await noting(now(queue).add(queue, jobs)) },
    addFlow: async (parent, children) => noting(now(parent.queue).addFlow(parent, children)),
    work: async (name, handler, work = {}) => {
      const post: Post = { name, handler, options: work, closed: false }
      posts.add(post)
      if (queues) await fill(post, queues).catch((error: Error) => { problem = error.message })
      return {
        problem: () => post.worker?.problem(),
        close: async (timeoutMs) => {
          post.closed = true
          await post.worker?.close(timeoutMs)
        },
      }
    },
    count: async (queue) => now(queue).count(queue),
    clear: async (queue) => now(queue).clear(queue),
    close: async (timeoutMs) => {
      over.abort()
      await watching
      for (const post of posts) post.closed = true
      await queues?.close(timeoutMs)
    },
  }
}
