/** How much a suppress node may hold back, and what happens when that is full. */
export interface SuppressBuffer {
  readonly maxRecords?: number
  readonly maxBytes?: number
  /** `emit-early` sends the oldest on before its time; `fail` stops the task, losing nothing. */
  readonly whenFull: 'emit-early' | 'fail'
}

/** What a suppress node waits for. */
export type Suppression =
  | { readonly until: 'window-closes'; readonly buffer?: SuppressBuffer }
  | { readonly until: 'time-limit'; readonly limitMs: number; readonly buffer?: SuppressBuffer }

/** Only the last result of every window, after its grace. A window's result may not leave early: a full buffer fails. */
export const untilWindowCloses = (buffer?: SuppressBuffer & { readonly whenFull: 'fail' }): Suppression => ({
  until: 'window-closes',
  ...(buffer && { buffer }),
})

/** The latest result of a key, `limitMs` of stream time after the first one that was held back. */
export const untilTimeLimit = (limitMs: number, buffer?: SuppressBuffer): Suppression => ({
  until: 'time-limit',
  limitMs,
  ...(buffer && { buffer }),
})
