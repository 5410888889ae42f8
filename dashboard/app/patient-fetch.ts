/**
 * Pages read their data again and again while they are open, and one refresh that met a restart would put an error page
 * in the place of all that is shown. So what a page reads waits for a server that is away, as its stream does, and the old
 * picture stays meanwhile. What somebody sends is sent once: whoever pressed is told.
 */
const PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 8_000

type Fetch = typeof globalThis.fetch

/** @param pause resolves after so many ms; rejects once the signal aborts */
export const patientFetch =
  (fetch: Fetch, pause: (ms: number, signal: AbortSignal | null) => Promise<void> = pauseFor): Fetch =>
  async (input, init) => {
    if (!isRead(input, init)) return fetch(input, init)
    const signal = init?.signal ?? null
    for (let ms = PAUSE_MS; ; ms = Math.min(ms * 2, LONGEST_PAUSE_MS)) {
      try {
        const response = await fetch(input, init)
        if (!isOfProxy(response)) return response
      } catch (cause) {
        if (signal?.aborted) throw cause
      }
      await pause(ms * (0.5 + Math.random()), signal)
    }
  }

/** Data of a page: Remix asks for it under this name. */
const isRead = (input: Parameters<Fetch>[0], init: RequestInit | undefined): boolean =>
  !(input instanceof Request) &&
  (init?.method ?? 'GET') === 'GET' &&
  new URL(input, location.href).pathname.endsWith('.data')

/** Told by what stands before a server that is away; a page's own answers carry the mark of Remix. */
const isOfProxy = ({ status, headers }: Response): boolean =>
  (status === 502 || status === 503 || status === 504) && !headers.has('X-Remix-Response')

const pauseFor = (ms: number, signal: AbortSignal | null): Promise<void> =>
  new Promise((done, fail) => {
    const end = () => {
      clearTimeout(timer)
      fail(signal!.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end)
      done()
    }, ms)
    signal?.addEventListener('abort', end, { once: true })
  })
