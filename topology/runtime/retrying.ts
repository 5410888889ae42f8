import { setTimeout as sleep } from 'node:timers/promises'

const FIRST_PAUSE_MS = 10
const LAST_PAUSE_MS = 1_000

/** The same call may work later, by what the error says of itself. */
export const isRetriable = (error: unknown): boolean =>
  error instanceof Error && 'retriable' in error && error.retriable === true

/**
 * Does `work` again while it fails in a way that may pass, with growing pauses, for `forMs` at most; then the last error
 * is thrown, as it is when `isOver` says that nobody wants the result any more.
 */
export async function retrying<T>(
  work: () => Promise<T>,
  { forMs, isOver }: { readonly forMs: number; readonly isOver: () => boolean },
): Promise<T> {
  const until = performance.now() + forMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LAST_PAUSE_MS, pauseMs * 2)) {
    try {
      return await work()
    } catch (error) {
      if (isOver() || !isRetriable(error) || performance.now() + pauseMs > until) throw error
      await sleep(pauseMs)
      if (isOver()) throw error
    }
  }
}
