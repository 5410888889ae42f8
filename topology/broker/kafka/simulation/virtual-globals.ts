import { syncBuiltinESMExports } from 'node:module'
import timersPromises from 'node:timers/promises'
import type { VirtualEvent, VirtualTime } from './virtual-time.ts'

/** What `setTimeout` gives; only `clearTimeout` looks inside. */
class VirtualTimer {
  readonly event: VirtualEvent

  constructor(event: VirtualEvent) {
    this.event = event
  }

  ref() {
    return this
  }

  unref() {
    return this
  }

  hasRef() {
    return true
  }

  close() {
    this.event.isCancelled = true
    return this
  }
}

const EPOCH_MS = 1_700_000_000_000

/**
 * The engine's own timers and clocks, in virtual time while a simulation runs. They belong to the client whose code sets
 * them: with it they wait, and with it they are gone. Returns how to put everything back.
 */
export function installVirtualGlobals(time: VirtualTime): () => void {
  const { setTimeout, clearTimeout, setImmediate, clearImmediate } = globalThis
  const { now } = performance
  const { now: date } = Date
  const { random } = Math
  const { setTimeout: sleep, setImmediate: yieldTurn } = timersPromises

  const after = (ms: number | undefined, run: () => void) =>
    new VirtualTimer(time.after(Math.max(1, ms || 0), run, time.current))
  const clear = (timer: unknown) => {
    if (timer instanceof VirtualTimer) timer.close()
    else clearTimeout(timer as NodeJS.Timeout)
  }
  const wait = (ms: number | undefined, value: unknown, signal: AbortSignal | undefined): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const stop = () => {
        timer.close()
        reject(signal!.reason)
      }
      const timer = after(ms, () => {
        signal?.removeEventListener('abort', stop)
        resolve(value)
      })
      if (signal?.aborted) stop()
      else signal?.addEventListener('abort', stop, { once: true })
    })

  globalThis.setTimeout = ((run: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) =>
    after(ms, () => run(...given))) as unknown as typeof setTimeout
  globalThis.clearTimeout = clear as typeof clearTimeout
  globalThis.setImmediate = ((run: (...given: unknown[]) => void, ...given: unknown[]) =>
    after(0, () => run(...given))) as unknown as typeof setImmediate
  globalThis.clearImmediate = clear as typeof clearImmediate
  performance.now = () => time.now
  Date.now = () => EPOCH_MS + Math.floor(time.now)
  // Nothing in the engine should need it; should something, a seed must still say everything.
  Math.random = () => 0.5
  timersPromises.setTimeout = ((ms, value, options) => wait(ms, value, options?.signal)) as typeof sleep
  timersPromises.setImmediate = ((value, options) => wait(0, value, options?.signal)) as typeof yieldTurn
  syncBuiltinESMExports()

  return () => {
    Object.assign(globalThis, { setTimeout, clearTimeout, setImmediate, clearImmediate })
    performance.now = now
    Date.now = date
    Math.random = random
    Object.assign(timersPromises, { setTimeout: sleep, setImmediate: yieldTurn })
    syncBuiltinESMExports()
  }
}
