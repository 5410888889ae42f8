import type { Time } from './rpc.ts'

/** The machine's. */
export const systemTime: Time = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      // A turn for sockets and timers; a timer would take a whole millisecond.
      if (ms <= 0) return void setImmediate(resolve)
      const due = performance.now() + ms
      const end = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      // A timer of Node's may fire a fraction of a millisecond early by this clock: whoever slept until a moment would find
      // that it has not come, and nobody would wake him again.
      const wake = () => {
        const early = due - performance.now()
        if (early <= 0) end()
        else timer = setTimeout(wake, Math.ceil(early))
      }
      let timer = setTimeout(wake, ms)
      signal?.addEventListener('abort', end, { once: true })
    }),
}
