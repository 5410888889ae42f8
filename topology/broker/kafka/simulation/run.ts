/**
 * Simulates many seeds: `node topology/broker/kafka/simulation/run.ts --seeds 10000`.
 *
 *     --from N      the first seed, default 1
 *     --seed N      this one alone; with --trace, event by event
 *     --workload W  transactions, streams or producer; default: by turns
 *     --tv 1|2      transactions by the first or second version; default: by the seed
 *     --plant BUG   with a bug between client and cluster, which has to be found
 *     --plants      how many seeds each of the planted bugs takes to be found
 *     --json FILE   the figures
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type PlantedBug, plantedBugs } from './planted-bugs.ts'
import { simulate, type Workload, workloadOf } from './simulate.ts'
import { Tally } from './tally.ts'

/** More failing seeds tell no more. */
const MAX_FAILURES = 10
const MAX_SEEDS_FOR_A_PLANT = 5_000

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    workload: { type: 'string' },
    tv: { type: 'string' },
    plant: { type: 'string' },
    plants: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})

const isTv2 = values.tv === undefined ? undefined : values.tv === '2'
const plant = values.plant === undefined ? undefined : plantedBugs[values.plant as PlantedBug]
if (values.plant !== undefined && !plant) throw new Error(`no such bug: ${Object.keys(plantedBugs).join(', ')}`)

// Where an error comes from matters for one seed only, and finding it out for thousands costs a tenth of the time.
if (values.seed === undefined) Error.stackTraceLimit = 0

const result = values.plants ? await findPlants() : await runSeeds()
if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)

async function runSeeds() {
  const from = Number(values.seed ?? values.from)
  const count = values.seed ? 1 : Number(values.seeds)
  const tally = new Tally()
  const failed: number[] = []
  const started = performance.now()
  for (let seed = from; seed < from + count && failed.length < MAX_FAILURES; seed++) {
    const workload = (values.workload as Workload | undefined) ?? workloadOf(seed)
    const report = await simulate(
      {
        seed,
        ...(isTv2 !== undefined && { isTv2 }),
        ...(plant && { plant }),
        ...(values.trace && {
          trace: ({ at, who, what }) => console.log(`${at.toFixed(2).padStart(9)} ${who.padEnd(8)} ${what}`),
        }),
      },
      workload,
    )
    tally.add(report)
    if (report.violations.length === 0) continue
    failed.push(seed)
    console.log(`seed ${seed} fails:`)
    for (const violation of report.violations.slice(0, 5)) console.log(`  ${violation}`)
    const more = [
      values.tv && ` --tv ${values.tv}`,
      values.workload && ` --workload ${values.workload}`,
      values.plant && ` --plant '${values.plant}'`,
    ]
    console.log(`  replay: node topology/broker/kafka/simulation/run.ts --seed ${seed} --trace${more.join('')}`)
  }
  const seconds = (performance.now() - started) / 1000
  tally.print(seconds)
  console.log(failed.length === 0 ? 'no seed fails' : `${failed.length} seeds fail: ${failed.join(' ')}`)
  if (failed.length > 0) process.exitCode = 1
  return { from, seconds, failed, seeds: tally.seeds, ...tally.totals, faults: tally.faults, restarts: tally.restarts }
}

/** For each bug and version, the first seed that finds it. */
async function findPlants() {
  const found: { bug: string; tv: number; workload: Workload; seeds: number | null; how: string }[] = []
  for (const bug of Object.keys(plantedBugs) as PlantedBug[])
    for (const tv of [1, 2])
      for (const workload of ['transactions', 'streams'] as const) {
        // Bare transactions have no group.
        if (workload === 'transactions' && bug !== 'reuse the epoch after an indefinite EndTxn') continue
        let seed = 0
        let how = ''
        while (how === '' && seed < MAX_SEEDS_FOR_A_PLANT) {
          seed += 1
          const { violations } = await simulate({ seed, isTv2: tv === 2, plant: plantedBugs[bug] }, workload)
          how = violations[0] ?? ''
        }
        found.push({ bug, tv, workload, seeds: how === '' ? null : seed, how })
        console.log(`${bug} (TV${tv}, ${workload}): ${how === '' ? 'not found' : `seed ${seed}, ${how}`}`)
      }
  return found
}
