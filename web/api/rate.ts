/**
 * How often a token or a person may ask: so many requests in a window that begins with the first. Kept by each process for itself.
 */
export interface RateRule { limit: number, seconds: number }

export interface RateState { allowed: boolean, remaining: number, resetSeconds: number }

export const API_RATE: Readonly<RateRule> = { limit: 600, seconds: 60 }
/** Windows kept at once; the oldest go first. */
const MOST_WINDOWS = 10_000

export interface RateLimiter { take(key: string, now: number): RateState }

export function createRateLimiter({ limit, seconds }: RateRule): RateLimiter {
  const windows = new Map<string, { from: number, taken: number }>()
  return {
    take: (key, now) => {
      let window = windows.get(key)
      if (!window || now - window.from >= seconds * 1000) {
        windows.delete(key)
        windows.set(key, window = { from: now, taken: 0 })
        if (windows.size > MOST_WINDOWS) windows.delete(windows.keys().next().value!)
      }
      window.taken++
      return { allowed: window.taken <= limit, remaining: Math.max(0, limit - window.taken), resetSeconds: Math.max(1, Math.ceil((window.from + seconds * 1000 - now) / 1000)) }
    },
  }
}

/** Fields of draft-ietf-httpapi-ratelimit-headers. */
export function rateHeaders({ remaining, resetSeconds, allowed }: RateState, { limit, seconds }: RateRule): Record<string, string> {
  return { 'ratelimit-policy': `"default";q=${limit};w=${seconds}`, ratelimit: `"default";r=${remaining};t=${resetSeconds}`, ...(allowed ? {} : { 'retry-after': String(resetSeconds) }) }
}
