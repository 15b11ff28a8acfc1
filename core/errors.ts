/**
 * Errors thrown on purpose: code branches on `code`, an operator acts on `details`, jobs/ asks `retryable`.
 * The command line turns them into the exit codes of docs/cli.md through `exitCode`.
 */
export class PipelineError extends Error {
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>
  readonly retryable: boolean = false
  /** Process exit code when the error ends a command; 1 is "unexpected". */
  readonly exitCode: number = 1

  constructor(code: string, message: string, details: Record<string, unknown> = {}, options: ErrorOptions = {}) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.details = details
  }
}

/** The caller passed what the documentation excludes. */
export class InvalidOptionError extends PipelineError {
  override readonly exitCode = 2
  constructor(name: string, value: unknown, expected: string) {
    super('invalid_option', `invalid ${name}: ${String(value)}, expected ${expected}`, { name, value, expected })
  }
}

/** The caller left out what the work needs. */
export class MissingOptionError extends PipelineError {
  override readonly exitCode = 2
  constructor(name: string, what: string) {
    super('missing_option', `option ${name} is needed: ${what}`, { name, what })
  }
}

/** A file or stream that cannot be read as what it claims to be; the store is unchanged. */
export class BadInputError extends PipelineError {
  override readonly exitCode: number = 4
}

/** The same fault, with the name of the file that it was found in where its details do not tell one. */
export function inFile(error: unknown, path: string): unknown {
  // The path of bad_rules is a place within the file.
  const naming = error instanceof BadInputError && error.code === 'bad_rules' ? ['file', 'input'] : ['path', 'file', 'input']
  return error instanceof BadInputError && !naming.some((key) => key in error.details)
    ? new BadInputError(error.code, error.message, { ...error.details, input: path }, { cause: error }) : error
}

/** Somebody else holds the lock; `details.holder` says who where it is known. */
export class LockedError extends PipelineError {
  override readonly exitCode = 3
  override readonly retryable = true
}

/** A server, a binary or a browser that the work needs is not there. */
export class UnavailableError extends PipelineError {
  override readonly exitCode = 6
  override readonly retryable = true
}
