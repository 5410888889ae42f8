import type { Bench, Note } from './conformance-scripts.ts'
import { FaultPlan } from './fault-plan.ts'
import { Random } from './random.ts'
import { SimulatedCluster } from './simulated-cluster.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { SimulatedProcess, VirtualTime } from './virtual-time.ts'

/** Runs a script on a simulated cluster where nothing goes wrong, and which knows TV2 whatever the script speaks. Returns what it noted. */
export async function onSimulatedCluster(
  isTv2: boolean,
  script: (bench: Bench, note: Note) => Promise<void>,
): Promise<readonly unknown[]> {
  const time = new VirtualTime()
  const random = new Random(1)
  const cluster = new SimulatedCluster(time, random, {
    ...{ nodes: 1, topics: { topic: 2 }, isTv2: true, timeoutCheckMs: 100 },
    ...{ lateMarkers: 0, lateMarkerMs: 0, initialRebalanceDelayMs: 10 },
  })
  const faults = new FaultPlan(random)
  faults.end()
  const process = new SimulatedProcess('script', time)
  const rpc = new SimulatedNetwork(time, cluster, faults).rpcOf(process)
  const noted: unknown[] = []
  let end: { readonly error?: unknown } | undefined
  const bench: Bench = {
    ...{ rpc, isTv2, topic: 'topic', group: 'group', transactionalId: 'transaction' },
    now: () => 1_700_000_000_000 + Math.floor(time.now),
    sleep: (ms) => process.sleep(ms),
  }
  time.after(
    0,
    () =>
      script(bench, (...values) => noted.push(values)).then(
        () => {
          end = {}
        },
        (error) => {
          end = { error }
        },
      ),
    process,
  )
  await time.run(600_000, () => end !== undefined)
  if (!end) throw new Error(`the script stands still after ${JSON.stringify(noted.at(-1))}`)
  if (end.error) throw end.error
  return noted
}
