import type { FetchedRecord, Reader } from '../broker/broker.ts'
import type { Bell } from './bell.ts'

export interface PollOrWakeOptions {
  readonly maxRecords: number
  readonly maxWaitMs: number
  readonly signal: AbortSignal | undefined
  /** Ends the wait when one of them resolves. */
  readonly wake: readonly Promise<void>[]
  /** Ends the wait when it rings. */
  readonly bell: Bell
}

/** The next records, or none when there is something else to do first: a clock's turn, room behind an async node, the end. */
export async function pollOrWake(reader: Reader, options: PollOrWakeOptions): Promise<readonly FetchedRecord[]> {
  const { maxRecords, maxWaitMs, signal, wake, bell } = options
  if (maxWaitMs === 0) return reader.poll({ maxRecords, maxWaitMs })
  const enough = new AbortController()
  const end = () => enough.abort()
  // A timer of our own: punctuations and commits must not hang on a reader's idea of time.
  const timer = setTimeout(end, maxWaitMs + 2)
  const unlisten = bell.listen(end)
  signal?.addEventListener('abort', end)
  for (const event of wake) event.then(end)
  try {
    return await reader.poll({ maxRecords, maxWaitMs, signal: enough.signal })
  } finally {
    clearTimeout(timer)
    unlisten()
    signal?.removeEventListener('abort', end)
  }
}
