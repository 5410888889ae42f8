import { setTimeout as sleep } from 'node:timers/promises'
import type { ArchiveWriter } from '#sinks/archive.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { DAY_MS, type Retention } from './retention.ts'
import { BY_ITSELF, runRetention, summaryOf } from './run-retention.ts'

const AGAIN_AFTER_MS = 10 * 60 * 1000

export interface RetentionJobOptions {
  readonly writer: ArchiveWriter
  readonly store: string
  /** Null: nothing goes by itself. */
  readonly retention: Retention | null
  readonly log: Log
  /** Ends it after the step at hand; the writer must still be closed. */
  readonly signal: AbortSignal
  readonly now?: () => number
  /** Rejects when the signal aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

/** Runs the retention of a store at once and then once a day, until the signal aborts. Never throws. */
export async function keepRetention(options: RetentionJobOptions): Promise<void> {
  const { writer, store, retention, log, signal, now = Date.now, wait = waitFor } = options
  if (!retention) return log.info(`${store}: retention is off, nothing goes by itself`)
  while (!signal.aborted) {
    let pauseMs = DAY_MS
    try {
      const rows = await runRetention({ writer, store, retention, now: now(), by: BY_ITSELF })
      log.info(`${store}: retention: ${summaryOf(rows)}`)
    } catch (cause) {
      if (signal.aborted) return
      pauseMs = AGAIN_AFTER_MS
      log.warn(`${store}: retention is tried again in ${pauseMs / 60_000} minutes: ${messageOf(cause)}`)
    }
    await wait(pauseMs, signal).catch(() => {})
  }
}

const waitFor = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal, ref: false })
