/** Long work as lines: `{"progress":…}` now and then, `{"result":…}` at last. */

export interface Done {
  readonly done: number
  readonly total: number
}

export type ProgressLine<T> = { readonly progress: Done } | { readonly result: T }

const EVERY_MS = 200

/** @throws what `work` throws */
export async function* withProgress<T>(
  work: (onProgress: (progress: Done) => void) => Promise<T>,
): AsyncGenerator<string> {
  let told: Done | null = null
  let isOver = false
  const result = work((progress) => {
    told = progress
  }).finally(() => {
    isOver = true
  })
  // Handled below; until then it must not count as unhandled.
  result.catch(() => {})
  let sent: Done | null = null
  while (!isOver) {
    await Promise.race([result.catch(() => {}), new Promise((later) => setTimeout(later, EVERY_MS))])
    if (told === sent || isOver) continue
    sent = told
    yield `${JSON.stringify({ progress: told })}\n`
  }
  yield `${JSON.stringify({ result: await result })}\n`
}

/** The other end: tells of progress and resolves to the result. Lines may come in pieces. */
export async function resultOf<T>(chunks: AsyncIterable<string>, onProgress: (progress: Done) => void): Promise<T> {
  let rest = ''
  let result: T | undefined
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      const told = JSON.parse(line) as ProgressLine<T>
      if ('progress' in told) onProgress(told.progress)
      else result = told.result
    }
  }
  return result!
}
