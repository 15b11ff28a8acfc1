/**
 * The quality report of a batch or a source in a few lines.
 */
import type { Session } from './session.ts'

export function printQuality(session: Session, quality: object, heading?: string): void {
  void session; void quality; void heading
}
