/**
 * The two queue backends, for suites that must hold on both.
 */
import { afterAll, beforeAll, describe } from 'vitest'
import { lacksRedis, startRedis } from '../support/redis.ts'
import type { TestRedis } from '../support/redis.ts'

/** @param suite receives the Redis address of its backend, to be read inside tests: undefined for PostgreSQL */
export function describeBackends(suite: (redisUrl: () => string | undefined) => void): void {
  describe('on PostgreSQL', () => suite(() => undefined))
  describe.skipIf(lacksRedis())('on Redis', () => {
    let redis: TestRedis | undefined
    beforeAll(async () => { redis = await startRedis() })
    afterAll(async () => redis?.stop())
    suite(() => redis!.url)
  })
}
