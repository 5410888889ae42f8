/** What a task keeps beside its committed offsets, so that its clocks go on where they stood. */
export interface Progress {
  readonly streamTime: number
  /** When each stream-time schedule comes next. */
  readonly punctuations: Readonly<Record<string, number>>
}

export const writeProgress = ({ streamTime, punctuations }: Progress): string =>
  JSON.stringify([streamTime, punctuations])

/** undefined when the offset was committed without, or by something else. */
export function readProgress(metadata: string): Progress | undefined {
  if (metadata === '') return undefined
  try {
    const [streamTime, punctuations] = JSON.parse(metadata) as [unknown, unknown]
    if (typeof streamTime !== 'number' || typeof punctuations !== 'object' || punctuations === null) return undefined
    return { streamTime, punctuations: punctuations as Record<string, number> }
  } catch {
    return undefined
  }
}
