/**
 * Reports that were read lately: a document is a megabyte of JSON that is the same for all who may read it, from one night to the next.
 */
import { PipelineError } from '../../core/errors.ts'
import type { Queryable } from '../../sql/db.ts'
import { readDocumentMark } from '../../sql/reports.ts'
import type { Period } from '../../sql/reports.ts'
import { storedDocument } from './compute.ts'
import { DOCUMENT_VERSION } from './document.ts'
import type { ReportDocument } from './document.ts'

const MOST = 12

/** Of one store. Whether there is a document, which one, and whether the reader may see it, is asked each time. */
export class DocumentShelf {
  readonly #kept = new Map<string, { mark: string, document: ReportDocument }>()

  /** Nobody changes what it returns. @throws {PipelineError} `no_such_night`: no date, or no night that wrote one */
  async find(db: Queryable, night: string, period: Period): Promise<ReportDocument> {
    const mark = /^\d{4}-\d{2}-\d{2}$/.test(night) ? await readDocumentMark(db, night, period, DOCUMENT_VERSION) : undefined
    const key = `${night} ${period}`
    const kept = this.#kept.get(key)
    if (mark !== undefined && kept?.mark === mark) return kept.document
    const document = mark === undefined ? undefined : await storedDocument(db, night, period)
    if (mark === undefined || !document) throw new PipelineError('no_such_night', `night ${night} has not run`, { night })
    this.#kept.delete(key)
    this.#kept.set(key, { mark, document })
    if (this.#kept.size > MOST) this.#kept.delete(this.#kept.keys().next().value!)
    return document
  }
}
