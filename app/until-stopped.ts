import type { Log } from './log.ts'

const PATIENCE_MS = 15_000

/** Resolves at the first SIGINT, SIGTERM or SIGHUP; a second one, or a stop that hangs, ends the process at once. */
export function untilStopped(log: Log): Promise<void> {
  return new Promise((stopped) => {
    let asked = false
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(1)
        asked = true
        log.info('stopping ...')
        setTimeout(() => {
          log.error('a thread does not stop; ending without it (nothing committed is lost)')
          process.exit(1)
        }, PATIENCE_MS).unref()
        stopped()
      })
    }
  })
}
