import type { Logger } from '#topology'
import type { Log } from './log.ts'

/** Lines of one event in one second; a flood of bad records must not become a flood of lines. */
const LINES_PER_SECOND = 10

/** The engine's lines in a role's log. What is over the limit is counted, and the count stands in the next line. */
export function engineLog(log: Log, now = Date.now): Logger {
  const windows = new Map<string, { second: number; lines: number; suppressed: number }>()
  const at = (level: 'info' | 'warn' | 'error') => (event: string, fields: Readonly<Record<string, unknown>>) => {
    const second = Math.floor(now() / 1000)
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
    const more = window.suppressed > 0 ? ` (${window.suppressed} more of these)` : ''
    window.suppressed = 0
    log[level](`${event} ${JSON.stringify(fields)}${more}`)
  }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
