import { uptime } from 'node:os'
import { appendGap } from './append.ts'
import type { Connection } from './connection.ts'

/** Machine start times that differ by less are of the same start: clocks are adjusted. */
const SAME_START_MS = 60_000
/** More than what can be appended between two checkpoints. */
const SKIPPED_OFFSETS = 2 ** 20

/**
 * With synchronous=normal a power loss takes the last seconds of the log back, while a sink in another file may already
 * stand behind them. Were their offsets given again, it would take the new records for ones that it has. So after a
 * restart of the machine no offset is used that may have been seen: each partition goes on behind a gap.
 * @param startedAt when the machine started, epoch ms
 */
export function skipLostOffsets(connection: Connection, now: number, startedAt = Date.now() - uptime() * 1000): void {
  const known = () =>
    connection.get<{ value: number }>(`SELECT value FROM meta WHERE key = 'machine_started_at'`)?.value
  const isSameStart = (value: number | undefined) => value !== undefined && Math.abs(value - startedAt) < SAME_START_MS
  if (isSameStart(known())) return
  connection.write(() => {
    const before = known()
    // Another thread may have been first.
    if (isSameStart(before)) return
    if (before !== undefined)
      for (const { id } of connection.all<{ id: number }>('SELECT id FROM partitions WHERE latest > 0'))
        appendGap(connection, id, SKIPPED_OFFSETS, now)
    connection
      .sql(`INSERT OR REPLACE INTO meta (key, value) VALUES ('machine_started_at', ?)`)
      .run(Math.round(startedAt))
  })
}
