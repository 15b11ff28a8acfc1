/**
 * What a Redis must be like before jobs are trusted to it. BullMQ only prints a warning where the server may evict keys:
 * with allkeys-lru and 3 MB, 991 of 8,000 acknowledged jobs were left, and the counters still said 8,000.
 */
import { Redis } from 'ioredis'
import type { RedisOptions } from 'bullmq'
import type { Log } from '../core/log.ts'
import { UnavailableError } from '../core/errors.ts'

const CONNECT_TIMEOUT_MS = 3000

/** For adding jobs: an unreachable server is an error at once, since the outbox keeps what could not be added. */
export const PRODUCER_OPTIONS: RedisOptions = {
  maxRetriesPerRequest: 1, enableOfflineQueue: false, connectTimeout: CONNECT_TIMEOUT_MS,
}

/** For workers: they wait for a server that is away, as BullMQ demands of blocking connections. */
export const WORKER_OPTIONS: RedisOptions = { maxRetriesPerRequest: null, connectTimeout: CONNECT_TIMEOUT_MS }

/**
 * @throws {UnavailableError} no answer ('no_queue'), or a maxmemory-policy that drops jobs ('queue_evicts')
 */
export async function checkRedis(url: string, log: Log): Promise<void> {
  const { redis, close } = open(url)
  try {
    await redis.connect()
    const memory = parseInfo(await redis.info('memory'))
    const policy = memory.get('maxmemory_policy')
    if (policy !== 'noeviction') {
      throw new UnavailableError('queue_evicts',
        `Redis has maxmemory-policy ${policy}, which drops jobs; set maxmemory-policy noeviction`, { policy })
    }
    const persistence = parseInfo(await redis.info('persistence'))
    if (persistence.get('aof_enabled') !== '1') log.warn('queue_not_durable', { hint: 'appendonly yes', effect: 'waking jobs are lost with the server; notices are not' })
  } catch (error) {
    if (error instanceof UnavailableError) throw error
    const reason = (error as Error).message || (error as { code?: string }).code
    throw new UnavailableError('no_queue', `cannot reach Redis: ${reason}`, {}, { cause: error })
  } finally {
    close()
  }
}

function open(url: string): { redis: Redis, close(): void } {
  try {
    const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null, connectTimeout: CONNECT_TIMEOUT_MS })
    redis.on('error', () => {}) // the failed command says it
    return { redis, close: () => redis.disconnect() }
  } catch (cause) {
    throw new UnavailableError('no_queue', 'REDIS_URL is not a Redis address', {}, { cause })
  }
}

function parseInfo(text: string): Map<string, string> {
  return new Map(text.split(/\r?\n/).filter((line) => line.includes(':')).map((line) => {
    const at = line.indexOf(':')
    return [line.slice(0, at), line.slice(at + 1)]
  }))
}

/** Milliseconds before the next attempt to connect. */
export function reconnectPause(attempt: number): number {
  return Math.min(100 * 2 ** attempt, 2000)
}
