/**
 * Likes and dislikes of messages from a table beside the store. They are what they had become when the table was written, long after the
 * message: a table of hot issues may count them, a night may not, so they are not stored.
 */
import { BadInputError } from '../../core/errors.ts'
import { fieldText } from '../ingest/tokenizer.ts'
import { readRecords } from '../tables/csv-records.ts'

export interface Reaction { likes: number, dislikes: number }

const NUMBER = ['留言编号', '工单编号', 'ticket_no', 'service_request_id', 'unique_key']
const LIKES = ['点赞数', 'likes', 'upvotes', 'votes']
const DISLIKES = ['反对数', 'dislikes', 'downvotes']

/**
 * By ticket number, of a CSV or XLSX file.
 *
 * @throws {BadInputError} no file, no column of numbers, or neither likes nor dislikes; a cell that is no whole number
 */
export async function readReactions(path: string): Promise<Map<string, Reaction>> {
  const reactions = new Map<string, Reaction>()
  await readRecords(path, (header) => {
    const find = (names: readonly string[]): number => header.findIndex((name) => names.includes(name.trim().toLowerCase()))
    const number = find(NUMBER)
    const likes = find(LIKES)
    const dislikes = find(DISLIKES)
    if (number < 0 || (likes < 0 && dislikes < 0)) {
      throw new BadInputError('no_reactions', `${path} has no columns for the ticket's number and its likes or dislikes: ${header.join(', ')}`, { path, header: header.join(', ') })
    }
    return (record) => {
      const count = (column: number): number => {
        const text = column < 0 ? '' : fieldText(record, column).trim()
        if (text !== '' && !/^\d{1,9}$/.test(text)) throw new BadInputError('bad_reaction', `line ${record.line} of ${path}: ${text.slice(0, 40)} is no number of likes`, { path, line: record.line, value: text.slice(0, 40) })
        return Number(text)
      }
      reactions.set(fieldText(record, number).trim(), { likes: count(likes), dislikes: count(dislikes) })
    }
  })
  return reactions
}
