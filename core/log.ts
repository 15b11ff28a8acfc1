/**
 * One JSON line an event, on stderr or wherever `write` leads. Messages carry codes and numbers, no personal data.
 */
export interface Log {
  info(event: string, fields?: Record<string, unknown>): void
  warn(event: string, fields?: Record<string, unknown>): void
  error(event: string, fields?: Record<string, unknown>): void
}

/** @param write receives each line without its line break */
export function createLog(write: (line: string) => void): Log {
  const emit = (level: string) => (event: string, fields: Record<string, unknown> = {}): void => {
    write(JSON.stringify({ at: new Date().toISOString(), level, event, ...fields }))
  }
  return { info: emit('info'), warn: emit('warn'), error: emit('error') }
}

export const SILENT: Log = { info() {}, warn() {}, error() {} }

/** The log file of a data directory; `.1` behind it is its predecessor. */
export const logPath = (dataDir: string): string => `${dataDir}/weisu.log`
