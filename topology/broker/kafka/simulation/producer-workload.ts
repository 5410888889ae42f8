import { KafkaProducer } from '../kafka-producer.ts'
import { auditLog } from './log-audit.ts'
import { Simulation, type SimulationReport } from './simulation.ts'
import type { WorkloadOptions } from './transactions-workload.ts'

const PARTITIONS = 3

interface Call {
  readonly producer: string
  readonly order: number
  readonly writes: readonly { readonly partition: number; readonly value: string }[]
  /** 'open': the process died before it knew. */
  outcome: 'open' | 'sent' | 'rejected'
}

/** Idempotent producers outside of transactions, with several calls at a time: nothing acknowledged is lost, nothing is doubled. */
export async function simulateProducer(options: WorkloadOptions): Promise<SimulationReport> {
  const simulation = new Simulation({ ...options, topics: { out: PARTITIONS } })
  const { random, time, faults, network } = simulation
  const calls: Call[] = []
  const troubleMs = random.between(200, 3_000)
  const producers = 1 + random.int(2)
  const quota = 10 + random.int(40)
  const deliveryTimeoutMs = random.pick([700, 3_000, 60_000])
  let ended = 0
  for (let i = 0; i < producers; i++) {
    const process = simulation.spawn(
      `p${i}`,
      async (client, { name }) => {
        const producer = new KafkaProducer({ ...client, deliveryTimeoutMs })
        const open = new Set<Promise<void>>()
        for (let order = 0; order < quota; order++) {
          const writes = Array.from({ length: 1 + random.int(4) }, (_, n) => ({
            partition: random.int(PARTITIONS),
            value: `${name}.${order}.${n}`,
          }))
          const call: Call = { producer: name, order, writes, outcome: 'open' }
          calls.push(call)
          const records = writes.map(({ partition, value }) => ({
            ...{ topic: 'out', partition, timestamp: 1_000, headers: [] },
            key: null,
            value: Buffer.from(value),
          }))
          const sent = producer.send(records).then(
            () => {
              call.outcome = 'sent'
            },
            (error) => {
              call.outcome = 'rejected'
              simulation.failed(error)
            },
          )
          open.add(sent)
          sent.finally(() => open.delete(sent))
          if (open.size > 4 || random.chance(0.3)) await Promise.race(open)
          if (random.chance(0.2)) await client.time.sleep(random.between(0, 40))
        }
        await producer.close()
        await Promise.all(open)
      },
      (error) => {
        if (error !== undefined) simulation.violations.push(`p${i} threw ${error}`)
        ended += 1
      },
    )
    const watch = () => {
      if (!simulation.victims.has(process)) return
      if (faults.strikes('client crashed', 0.02)) {
        simulation.kill(process)
        ended += 1
      } else if (!process.isStalled && faults.strikes('client stalled', 0.05)) process.stall(random.between(10, 1_500))
      else time.after(random.between(10, 50), watch)
    }
    watch()
  }
  network.onCall = (process) => {
    if (!simulation.victims.has(process) || !faults.strikes('client crashed during an RPC', 0.01)) return
    simulation.kill(process)
    ended += 1
  }
  simulation.trouble(troubleMs)
  await simulation.run(troubleMs, () => ended === producers)
  judge(simulation, calls)
  return simulation.report()
}

function judge({ violations, cluster }: Simulation, calls: readonly Call[]): void {
  const places = new Map<string, number[]>()
  for (const log of cluster.layout.logs.values())
    for (const { value, offset } of auditLog(log).committed) places.set(value!, [...(places.get(value!) ?? []), offset])
  const last = new Map<string, { readonly value: string; readonly offset: number }>()
  for (const { producer, writes, outcome } of calls)
    for (const { partition, value } of writes) {
      const found = places.get(value) ?? []
      if (found.length > 1) violations.push(`duplicate: ${value} (${outcome}) is at ${found}`)
      if (outcome !== 'sent') continue
      if (found.length === 0) violations.push(`lost: ${value} was acknowledged`)
      const lane = `${producer} ${partition}`
      const before = last.get(lane)
      if (before && found[0]! <= before.offset)
        violations.push(`order: ${value} is at ${found[0]}, before ${before.value} at ${before.offset}`)
      if (found.length > 0) last.set(lane, { value, offset: found[0]! })
    }
}
