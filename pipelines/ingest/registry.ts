/**
 * The distinct places, topics and units of one import, numbered as they are met. Rows carry the number; SQL gives each
 * number its id once, at the end.
 */
import type { Preset } from './presets.ts'


/** A node of a tree under its natural key; the parent's key is the path without the last name. */
export interface TreeNode { path: string, parent: string | null, depth: number, name: string, kind: string }

const SEPARATOR = '›'
export const UNKNOWN_TOPIC = '未分类'

/** Name of a place or topic as it is kept: NFKC, single blanks, no path separator. */
export function cleanName(text: string): string {
  return text.normalize('NFKC').replaceAll(SEPARATOR, '/').replace(/[\s\u200b\ufeff]+/g, ' ').trim()
}

/** Paths met so far; a row's number is the index of its path. */
export class PathRegistry {
  readonly paths: string[] = []
  /** Rows seen with each path. */
  readonly rows: number[] = []
  readonly nodes = new Map<string, TreeNode>()
  readonly #numbers = new Map<string, number>()
  readonly #root: string

  /** @param root path under which all others stand; '' for topics */
  constructor(root: string, rootKind: string) {
    this.#root = root
    if (root !== '') this.nodes.set(root, { path: root, parent: null, depth: 0, name: root, kind: rootKind })
  }

  /** Number of the path made of the names that are there. */
  number(names: readonly (string | null)[], kinds: readonly string[]): number {
    let path = this.#root
    let depth = 0
    for (let i = 0; i < names.length; i++) {
      const name = names[i]
      if (name === null || name === undefined || name === '') continue
      const parent = path
      path = path === '' ? name : path + SEPARATOR + name
      depth++
      if (!this.nodes.has(path)) this.nodes.set(path, { path, parent, depth, name, kind: kinds[i]! })
    }
    let number = this.#numbers.get(path)
    if (number === undefined) {
      number = this.paths.length
      this.paths.push(path)
      this.rows.push(0)
      this.#numbers.set(path, number)
    }
    return number
  }
}

/** Names of a topic path from one cell: 市场管理>市场秩序>消费场所; '-' separates only between Chinese characters. */
export function splitTopicPath(text: string, preset: Preset): string[] {
  const cell = cleanName(text)
  const marks = preset.topic_separators.filter((mark) => mark !== '-').map((mark) => mark.normalize('NFKC').replace(/[\\\]^-]/g, '\\$&')).join('')
  const pattern = preset.topic_separators.includes('-')
    ? new RegExp(`[${marks}]|(?<=\\p{Script=Han})-(?=\\p{Script=Han})`, 'u')
    : new RegExp(`[${marks}]`, 'u')
  return cell.split(pattern).map((name) => name.trim()).filter((name) => name !== '')
}
