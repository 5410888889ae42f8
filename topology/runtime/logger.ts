export type LogFields = Readonly<Record<string, unknown>>

/** Where the engine's lines go; one structured line each. */
export interface Logger {
  info(event: string, fields: LogFields): void
  warn(event: string, fields: LogFields): void
  error(event: string, fields: LogFields): void
}

/** Lines of one event in one second; a flood of bad records must not become a flood of lines. */
const LINES_PER_SECOND = 10

/** One JSON line each to stderr. What is over the limit is counted, and the count stands in the next line. */
export function stderrLogger(clock: () => number = Date.now): Logger {
  const windows = new Map<string, { second: number; lines: number; suppressed: number }>()
  const write = (level: string, event: string, fields: LogFields) => {
    const second = Math.floor(clock() / 1000)
    const window = windows.get(event) ?? { second, lines: 0, suppressed: 0 }
    windows.set(event, window)
    if (window.second !== second) {
      window.second = second
      window.lines = 0
    }
    if (++window.lines > LINES_PER_SECOND) {
      window.suppressed += 1
      return
    }
    const suppressed = window.suppressed > 0 ? { suppressedLines: window.suppressed } : {}
    window.suppressed = 0
    process.stderr.write(`${JSON.stringify({ level, event, ...fields, ...suppressed })}\n`)
  }
  return {
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
  }
}

export const silentLogger: Logger = { info() {}, warn() {}, error() {} }
