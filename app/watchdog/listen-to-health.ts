import { setTimeout as sleep } from 'node:timers/promises'
import { LOG } from './ring.ts'

const EVERY_MS = 3_000
const TIMEOUT_MS = 5_000

/** Asks `javas start`, on this machine or another, for its health until `signal` aborts. What does not answer is not heard. */
export async function listenToHealth(
  url: string,
  heard: (role: string, at: number) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const isWell = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) })
      .then(async (response) => {
        await response.body?.cancel()
        return response.ok
      })
      .catch(() => false)
    heard(LOG, Date.now())
    if (isWell) heard('start', Date.now())
    await sleep(EVERY_MS, undefined, { signal }).catch(() => {})
  }
}
