import type { Log } from './log.ts'

const PATIENCE_MS = 15_000
/** One Ctrl+C reaches us several times: from the terminal, and passed on by npm and by setup/run.mjs. */
const SAME_WISH_MS = 1_000

/** Calls `stop` at the first SIGINT, SIGTERM or SIGHUP; one that comes later than the echoes of the first ends the process. */
export function onStopSignal(stop: () => void): void {
  let askedAt: number | null = null
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (askedAt === null) {
        askedAt = performance.now()
        stop()
      } else if (performance.now() - askedAt > SAME_WISH_MS) process.exit(1)
    })
}

/** Resolves when the process is asked to stop. A stop that takes longer than `patienceMs` ends the process all the same. */
export function untilStopped(log: Log, patienceMs = PATIENCE_MS): Promise<void> {
  return new Promise((stopped) => {
    onStopSignal(() => {
      log.info('stopping ...')
      setTimeout(() => {
        log.error('a thread does not stop; ending without it (nothing committed is lost)')
        process.exit(1)
      }, patienceMs).unref()
      stopped()
    })
  })
}
