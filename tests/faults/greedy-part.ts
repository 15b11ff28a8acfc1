/**
 * A shard module whose second shard takes all the memory it is given.
 */
export function runShard(shard: { greedy: boolean }): { length: number } {
  const held: number[][] = []
  while (shard.greedy) held.push(Array.from({ length: 100_000 }, (_, i) => i + held.length))
  return { length: held.length }
}
