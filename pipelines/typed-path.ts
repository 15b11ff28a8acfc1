/**
 * Which place or topic does a person mean? Paths are typed with ›, > or / between the names, from the top down, or only
 * the last names where these are enough.
 */
import { BadInputError } from '../core/errors.ts'

/** A row of one of the two trees; the path joins the names from the top with ›. */
export interface PathNode { name: string, path: string }

/** Paths shown to somebody who typed none. */
const NEAR = 3

/**
 * The node of exactly this path, else the only one that differs in case, width and separators alone, else the only one
 * whose last names are the typed ones.
 *
 * @param code  of the error where there is none or more than one; its details hold the nearest paths
 * @throws {BadInputError}
 */
export function findByPath<Node extends PathNode>(nodes: Iterable<Node>, typed: string, code: 'no_such_place' | 'no_such_topic'): Node {
  const all = [...nodes]
  const wanted = namesOf(typed)
  const tests: ((node: Node) => boolean)[] = [
    (node) => node.path === typed,
    (node) => pathKey(node) === wanted.join('›'),
    (node) => pathKey(node).endsWith(`›${wanted.join('›')}`),
  ]
  let near = nearest(all, wanted.at(-1) ?? '')
  for (const test of tests) {
    const found = all.filter(test)
    if (found.length === 1) return found[0]!
    if (found.length > 1) {
      near = found.slice(0, NEAR)
      break
    }
  }
  const paths = near.map((node) => node.path || node.name)
  throw new BadInputError(code, `no single one is called ${typed}: there are ${paths.join(', ')}`, { typed, near: paths })
}

function namesOf(path: string): string[] {
  return path.normalize('NFKC').toLowerCase().split(/[›>/]/).map((name) => name.trim()).filter((name) => name !== '')
}

/** A name may hold a separator itself, so both sides are taken apart in the same way. The root of the topics has no path. */
function pathKey({ path, name }: PathNode): string {
  return namesOf(path || name).join('›')
}

function nearest<Node extends PathNode>(nodes: readonly Node[], name: string): Node[] {
  return nodes.map((node) => ({ node, distance: editDistance(node.name.toLowerCase(), name) }))
    .sort((a, b) => a.distance - b.distance || (a.node.path < b.node.path ? -1 : 1))
    .slice(0, NEAR).map(({ node }) => node)
}

/** Levenshtein (1966): fewest characters to insert, delete or replace. */
function editDistance(a: string, b: string): number {
  const [from, to] = [[...a], [...b]]
  let row = Array.from({ length: to.length + 1 }, (_, j) => j)
  for (const [i, char] of from.entries()) {
    const next = [i + 1]
    for (let j = 0; j < to.length; j++) next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (char === to[j] ? 0 : 1)))
    row = next
  }
  return row[to.length]!
}
