/**
 * Do the tickets come from many people or from few? Share of the busiest and the Herfindahl-Hirschman index (Hirschman 1964, AER 54:761-762), the
 * sum of squared shares: 1 / index is how many equally busy callers would look alike.
 */
export interface Concentration { top: number, herfindahl: number }

/** @param tickets  tickets per caller; NaN where there are none */
export function concentration(tickets: readonly number[]): Concentration {
  const total = tickets.reduce((sum, n) => sum + n, 0)
  if (!(total > 0)) return { top: NaN, herfindahl: NaN }
  return { top: Math.max(...tickets) / total, herfindahl: tickets.reduce((sum, n) => sum + (n / total) ** 2, 0) }
}
