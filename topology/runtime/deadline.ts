/** Waits for `work`, at most `ms`. Returns whether it has settled; what it rejects with is thrown when it came in time. */
export async function settledWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  // Whoever gives up waiting must not leave a rejection behind that nobody handles.
  work.catch(() => {})
  const expired = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.max(0, ms))
  })
  try {
    return await Promise.race([work.then(() => true), expired])
  } finally {
    clearTimeout(timer)
  }
}
