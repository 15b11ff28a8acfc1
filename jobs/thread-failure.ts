/**
 * Errors that leave a thread and are thrown again on the other side.
 */
import { PipelineError } from '../core/errors.ts'

export interface ThreadFailure { message: string, code?: string, details?: Record<string, unknown>, known: boolean, stack?: string }

/** What of an error can leave the thread. */
export function failureOf(error: unknown): ThreadFailure {
  const { message = String(error), code, stack } = (error ?? {}) as Partial<Error> & { code?: unknown }
  return {
    message, known: error instanceof PipelineError,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error instanceof PipelineError ? { details: { ...error.details } } : {}),
    ...(stack ? { stack } : {}),
  }
}

/** A PipelineError as such, others with their code. */
export function revived({ message, code, details, known, stack }: ThreadFailure): Error {
  const error = known ? new PipelineError(code ?? 'unexpected', message, details) : Object.assign(new Error(message), { code })
  if (stack) error.stack = stack
  return error
}
