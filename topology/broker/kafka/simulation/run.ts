import { parseArgs } from 'node:util'
import { faultKinds } from './fault-plan.ts'
import { type PlantedBug, plantedBugs } from './planted-bugs.ts'
import { simulateStreams } from './streams-workload.ts'
import { simulateTransactions } from './transactions-workload.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    failure: { type: 'string' },
    plant: { type: 'string' },
    tv: { type: 'string' },
    workload: { type: 'string', default: 'transactions' },
  },
})
const workload = values.workload === 'streams' ? simulateStreams : simulateTransactions
const from = Number(values.seed ?? values.from)
const count = values.seed ? 1 : Number(values.seeds)
const faults = new Map<string, number>()
const failures = new Map<string, number>()
const totals = { committed: 0, aborted: 0, timedOut: 0, rebalances: 0, rpcs: 0, events: 0, virtualMs: 0 }
const failed: number[] = []
const started = performance.now()
for (let seed = from; seed < from + count; seed++) {
  const report = await workload({
    seed,
    ...(values.tv && { isTv2: values.tv === '2' }),
    ...(values.plant && { plant: plantedBugs[values.plant as PlantedBug] }),
    ...(values.trace && {
      trace: ({ at, who, what }) => console.log(`${at.toFixed(2).padStart(9)} ${who.padEnd(8)} ${what}`),
    }),
  })
  for (const [kind, n] of report.faults) faults.set(kind, (faults.get(kind) ?? 0) + n)
  if (values.failure && report.failures.has(values.failure)) console.log(`seed ${seed}: ${values.failure}`)
  for (const [code, n] of report.failures) failures.set(code, (failures.get(code) ?? 0) + n)
  const { committed, aborted, timedOut, rebalances } = report.counts
  const { rpcs, events, virtualMs } = report
  for (const [key, n] of Object.entries({ committed, aborted, timedOut, rebalances, rpcs, events, virtualMs }))
    totals[key as keyof typeof totals] += n
  if (report.violations.length === 0) continue
  failed.push(seed)
  console.log(`seed ${seed} fails:`)
  for (const violation of report.violations.slice(0, 5)) console.log(`  ${violation}`)
  if (failed.length >= 10) break
}
const seconds = (performance.now() - started) / 1000
console.log(
  `${count} seeds in ${seconds.toFixed(1)} s (${(count / seconds).toFixed(0)} a second, ${((seconds * 1000) / count).toFixed(1)} ms each)`,
)
console.log(totals, Object.fromEntries(failures))
for (const kind of faultKinds) console.log(`${String(faults.get(kind) ?? 0).padStart(9)} ${kind}`)
console.log(`${failed.length} seeds fail${failed.length > 0 ? `: ${failed.join(' ')}` : ''}`)
if (failed.length > 0) process.exitCode = 1
