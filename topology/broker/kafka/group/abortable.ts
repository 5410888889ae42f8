/** What a wait throws when its signal ended it. Never leaves this folder. */
export class Ended extends Error {
  override readonly name = 'Ended'
}

/** `work`, or `Ended` as soon as the signal aborts; what `work` comes to afterwards is dropped. */
export function orEnded<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    work.catch(() => {})
    return Promise.reject(new Ended())
  }
  return new Promise((resolve, reject) => {
    const end = () => reject(new Ended())
    signal.addEventListener('abort', end, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end))
  })
}
