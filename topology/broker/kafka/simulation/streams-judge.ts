import { changelogTopic } from '../../log/internal-topics.ts'
import type { MemoryDisk } from '../state/memory-task-states.ts'
import { type AuditedRecord, auditLog } from './log-audit.ts'
import type { Simulation } from './simulation.ts'
import { APPLICATION, type Entry } from './streams-workload.ts'
import { PARTITIONS, STORE } from './summing-topology.ts'

/** All that exactly-once means, by the logs, the disks and an outside reader. */
export function judgeStreams(
  simulation: Simulation,
  inputs: readonly (readonly Entry[])[],
  disks: readonly MemoryDisk[],
  readBack: readonly (readonly string[])[],
): void {
  const { violations, cluster } = simulation
  const changelog = changelogTopic(APPLICATION, STORE)
  for (let partition = 0; partition < PARTITIONS; partition++) {
    for (const log of cluster.layout.topics.values())
      for (const { open } of log.logs.filter((one) => one.topic !== 'in').map(auditLog))
        if (open.length > 0) violations.push(`${open[0]!.topic}-${open[0]!.partition}: a transaction was left open`)
    const out = auditLog(cluster.layout.log('out', partition)!).committed
    const states = auditLog(cluster.layout.log(changelog, partition)!).committed
    compare(
      violations,
      `out-${partition}`,
      out.map(({ key, value }) => `${key} ${value}`),
      batch(inputs[partition]!),
    )
    compare(
      violations,
      `read from out-${partition}`,
      readBack[partition]!,
      out.map(({ value }) => value!),
    )
    compare(violations, `transactions of ${partition}`, summary(states), summary(out))
    for (const disk of disks) judgeDisk(violations, disk, partition, states)
  }
}

/** Everything computed anew, from the inputs alone. */
function batch(entries: readonly Entry[]): readonly string[] {
  const sums = new Map<string, number>()
  return entries.map(({ key, id, amount }) => {
    sums.set(key, (sums.get(key) ?? 0) + amount)
    return `${key} ${id} ${sums.get(key)}`
  })
}

/**
 * One line a transaction: what it left each key at. Output and changelog of a partition are written by the same
 * transactions, so a transaction that is in one and not in the other shows.
 */
function summary(records: readonly AuditedRecord[]): readonly string[] {
  const lines: string[] = []
  for (let from = 0; from < records.length; ) {
    const { producerId, marker } = records[from]!
    const last = new Map<string, string>()
    let at = from
    for (; at < records.length && records[at]!.producerId === producerId && records[at]!.marker === marker; at++)
      last.set(records[at]!.key!, records[at]!.value!.split(' ').at(-1)!)
    lines.push(`${producerId}: ${[...last].sort().join(' ')}`)
    from = at
  }
  return lines
}

/** A copy shows exactly what its changelog said up to the offset that it claims. */
function judgeDisk(
  violations: string[],
  disk: MemoryDisk,
  partition: number,
  changelog: readonly AuditedRecord[],
): void {
  for (const { task, state } of disk.copies.values()) {
    if (task.partition !== partition) continue
    const offset = state.changelogOffset(STORE, partition)
    if (offset === undefined) continue
    const folded = new Map<string, string>()
    for (const record of changelog) if (record.offset < offset) folded.set(record.key!, record.value!)
    const rows = [...state.range(STORE, partition, undefined, undefined)].map(
      ([key, value]) => `${Buffer.from(key)} ${Buffer.from(value)}`,
    )
    const expected = [...folded].map(([key, value]) => `${key} ${value}`)
    compare(violations, `state of ${partition} at ${offset}`, rows.sort(), expected.sort())
  }
}

function compare(violations: string[], what: string, actual: readonly string[], expected: readonly string[]): void {
  const at = expected.findIndex((line, i) => line !== actual[i])
  if (at < 0 && actual.length === expected.length) return
  const where = at < 0 ? expected.length : at
  const counts = `${actual.length} of ${expected.length}`
  violations.push(`${what}: at ${where} there is '${actual[where]}', not '${expected[where]}' (${counts})`)
}
