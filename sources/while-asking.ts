/** Listening to a chat that does not say when its broadcast ends, while the platform is asked whether it has. */
import { type SourceClock, sleep } from './source-environment.ts'
import { SourceError } from './source-error.ts'
import type { VisitEnd } from './visits.ts'

export interface WhileAskingOptions {
  readonly clock: SourceClock
  readonly signal: AbortSignal
  readonly everyMs: number
  /** Aborts when there is a reason to ask at once. */
  readonly hint?: AbortSignal
  /** Null when everything is as it was. A SourceError is no answer: the chat goes on while its state cannot be had. */
  readonly ask: (signal: AbortSignal) => Promise<VisitEnd | null>
  readonly listen: (signal: AbortSignal) => Promise<VisitEnd>
}

/** The first end that either finds; then both are left. */
export async function whileAsking(options: WhileAskingOptions): Promise<VisitEnd> {
  const left = new AbortController()
  const leave = () => left.abort()
  options.signal.addEventListener('abort', leave, { once: true })
  if (options.signal.aborted) leave()
  const listening = options.listen(left.signal)
  const asking = askUntilOver(options, left.signal)
  try {
    const end = await Promise.race([listening, asking])
    return end ?? (await listening)
  } finally {
    options.signal.removeEventListener('abort', leave)
    left.abort()
    await Promise.allSettled([listening, asking])
  }
}

/** Null once `signal` aborts. */
async function askUntilOver(options: WhileAskingOptions, signal: AbortSignal): Promise<VisitEnd | null> {
  const { clock, everyMs, hint, ask } = options
  for (let wasHinted = false; ; ) {
    const isHintOpen = hint !== undefined && !wasHinted
    await sleep(clock, everyMs, isHintOpen ? AbortSignal.any([signal, hint]) : signal)
    if (signal.aborted) return null
    wasHinted ||= hint?.aborted ?? false
    try {
      const end = await ask(signal)
      if (end) return end
    } catch (cause) {
      if (signal.aborted) return null
      if (!(cause instanceof SourceError)) throw cause
    }
  }
}
