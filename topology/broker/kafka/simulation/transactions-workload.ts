import type { KafkaRpc } from '../rpc.ts'
import type { TransactionOutcome } from '../transaction.ts'
import { TransactionalProducer } from '../transactional-producer.ts'
import { type AuditedRecord, auditLog } from './log-audit.ts'
import type { TraceLine } from './simulated-network.ts'
import { Simulation, type SimulationReport } from './simulation.ts'
import type { SimulatedProcess } from './virtual-time.ts'

const TRANSACTION_TIMEOUT_MS = 1_500
const PARTITIONS = 3

interface Attempt {
  readonly id: string
  readonly instance: string
  readonly order: number
  readonly writes: readonly { readonly partition: number; readonly value: string }[]
  /** undefined: the process died before it knew. */
  outcome?: TransactionOutcome
}

export interface WorkloadOptions {
  readonly seed: number
  readonly isTv2?: boolean
  readonly plant?: (rpc: KafkaRpc) => KafkaRpc
  readonly trace?: (line: TraceLine) => void
}

/**
 * Writers with transactional ids of their own write transactions over several partitions, die, stall and are replaced
 * while they are still there. Each register is a (transaction, index) that is written once; the judge looks at the log.
 */
export async function simulateTransactions(options: WorkloadOptions): Promise<SimulationReport> {
  const simulation = new Simulation({ ...options, topics: { out: PARTITIONS } })
  const { random, time, faults, network } = simulation
  const attempts: Attempt[] = []
  const writers = 1 + random.int(3)
  const quota = 4 + random.int(16)
  const troubleMs = random.between(200, 3_000)
  let ended = 0

  const start = (writer: number, life: number, done: { count: number }) => {
    let process: SimulatedProcess | undefined
    const isCurrent = () => lives[writer] === life
    const again = (delayMs: number) => {
      if (!isCurrent()) return
      lives[writer] = life + 1
      time.after(delayMs, () => start(writer, life + 1, done))
    }
    onCrash.set(`${writer}.${life}`, () => again(random.between(0, 100)))
    process = simulation.spawn(
      `${writer}.${life}`,
      async (client, { name }) => {
        const producer = new TransactionalProducer({
          ...client,
          transactionalId: `app-${writer}`,
          transactionTimeoutMs: TRANSACTION_TIMEOUT_MS,
        })
        await producer.init()
        for (let order = 0; done.count < quota; order++) {
          done.count += 1
          const id = `${name}.${order}`
          const writes = Array.from({ length: 1 + random.int(5) }, (_, i) => ({
            partition: random.int(PARTITIONS),
            value: `${id}.${i}`,
          }))
          const attempt: Attempt = { id, instance: name, order, writes }
          attempts.push(attempt)
          network.say(name, () => `begins ${id}: ${writes.length} records`)
          attempt.outcome = await producer.commit({
            records: writes.map(({ partition, value }) => ({
              ...{ topic: 'out', partition, timestamp: 1_000, headers: [] },
              key: Buffer.from(name),
              value: Buffer.from(value),
            })),
            offsets: [],
            group: null,
          })
          network.say(name, () => `${id} is ${attempt.outcome!.kind}`)
          if (attempt.outcome.kind === 'fenced') return
          if (random.chance(0.3)) await client.time.sleep(random.between(0, 60))
        }
      },
      (error) => {
        if (error !== undefined) simulation.violations.push(`${writer}.${life} threw ${error}`)
        if (!isCurrent()) return
        // Fenced by its own predecessor or successor: somebody has to do the rest.
        if (done.count < quota) again(random.between(0, 50))
        else ended += 1
      },
    )
    const watch = () => {
      if (!process!.isAlive || !simulation.victims.has(process!)) return
      if (faults.strikes('client crashed', 0.05)) {
        simulation.kill(process!)
        return again(random.between(0, 100))
      }
      if (!process!.isStalled && faults.strikes('client stalled', 0.05)) {
        const ms = random.between(50, TRANSACTION_TIMEOUT_MS * 2)
        network.say(process!.name, () => `stalls for ${Math.round(ms)} ms`)
        process!.stall(ms)
        // Somebody takes it for dead and starts another one beside it.
        if (random.chance(0.6)) again(random.between(0, ms))
      }
      time.after(random.between(10, 50), watch)
    }
    watch()
  }
  const lives: number[] = []
  const onCrash = new Map<string, () => void>()
  network.onCall = (process) => {
    if (!simulation.victims.has(process) || !faults.strikes('client crashed during an RPC', 0.02)) return
    simulation.kill(process)
    onCrash.get(process.name)?.()
  }
  simulation.trouble(troubleMs)
  for (let writer = 0; writer < writers; writer++) {
    lives[writer] = 0
    start(writer, 0, { count: 0 })
  }
  await simulation.run(troubleMs, () => ended === writers)
  judge(simulation, attempts)
  return simulation.report()
}

function judge(simulation: Simulation, attempts: readonly Attempt[]): void {
  const { violations, cluster } = simulation
  const visible = new Map<string, AuditedRecord[]>()
  for (const log of cluster.layout.logs.values()) {
    const { committed, open } = auditLog(log)
    if (open.length > 0) violations.push(`${log.topic}-${log.partition}: ${open[0]!.value} is in no ended transaction`)
    if (log.lastStableOffset !== log.endOffset) violations.push(`${log.topic}-${log.partition}: its end is not stable`)
    for (const record of committed) visible.set(record.value!, [...(visible.get(record.value!) ?? []), record])
    const last = new Map<string, readonly number[]>()
    for (const { value } of committed) {
      const [writer, life, ...place] = value!.split('.').map(Number)
      const instance = `${writer}.${life}`
      const before = last.get(instance)
      if (before && (before[0]! > place[0]! || (before[0] === place[0] && before[1]! >= place[1]!)))
        violations.push(`order: ${value} follows ${instance}.${before.join('.')} in partition ${log.partition}`)
      last.set(instance, place)
    }
  }
  for (const { id, writes, outcome } of attempts) {
    const seen = writes.map(({ value }) => visible.get(value)?.length ?? 0)
    const kind = outcome?.kind ?? 'crashed'
    if (seen.some((count) => count > 1)) violations.push(`duplicate: ${id} (${kind}) is there ${seen} times`)
    const some = seen.some((count) => count > 0)
    const all = seen.every((count) => count > 0)
    if (some && !all) violations.push(`torn: of ${id} (${kind}) there is ${seen}`)
    if (kind === 'committed' && !all) violations.push(`lost: ${id} was committed, there is ${seen}`)
    if ((kind === 'aborted' || kind === 'fenced') && some)
      violations.push(`aborted read: ${id} was ${kind}, there is ${seen}`)
    if (outcome?.kind !== 'committed') continue
    for (const { partition, offset } of outcome.next) {
      const last = writes.findLast((write) => write.partition === partition)
      const record = last && visible.get(last.value)?.[0]
      if (record && record.offset + 1 !== offset)
        violations.push(`${id}: next of ${partition} is ${offset}, not ${record.offset + 1}`)
    }
  }
}
