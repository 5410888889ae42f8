import { faultKinds } from './fault-plan.ts'
import type { SimulationReport } from './simulation.ts'

const zero = { committed: 0, aborted: 0, timedOut: 0, rebalances: 0, rpcs: 0, events: 0, virtualMs: 0 }

/** Sums over many seeds. */
export class Tally {
  readonly totals = { ...zero }
  readonly faults: Record<string, number> = Object.fromEntries(faultKinds.map((kind) => [kind, 0]))
  /** How workers gave up and were started again, by error code. */
  readonly restarts: Record<string, number> = {}
  seeds = 0

  add({ counts, rpcs, events, virtualMs, faults, failures }: SimulationReport): void {
    this.seeds += 1
    for (const [key, n] of Object.entries({ ...counts, rpcs, events, virtualMs }))
      this.totals[key as keyof typeof zero] += n
    for (const [kind, n] of faults) this.faults[kind]! += n
    for (const [code, n] of failures) this.restarts[code] = (this.restarts[code] ?? 0) + n
  }

  print(seconds: number): void {
    const { committed, aborted, timedOut, rebalances, rpcs, virtualMs } = this.totals
    const { user, system } = process.cpuUsage()
    const each = (ms: number) => (ms / this.seeds).toFixed(1)
    const rate = `${(this.seeds / seconds).toFixed(0)} a second, ${each(seconds * 1000)} ms each, ${each((user + system) / 1000)} of a processor`
    console.log(`${this.seeds} seeds in ${seconds.toFixed(1)} s (${rate}), ${Math.round(virtualMs / 1000)} s simulated`)
    console.log(`transactions: ${committed} committed, ${aborted} aborted, ${timedOut} of them timed out`)
    console.log(`${rebalances} rebalances, ${rpcs} requests`)
    console.log('faults:')
    for (const [kind, n] of Object.entries(this.faults)) console.log(`${String(n).padStart(9)} ${kind}`)
    const restarts = Object.entries(this.restarts).map(([code, n]) => `${code} ${n}`)
    if (restarts.length > 0) console.log(`workers that gave up and were started again: ${restarts.join(', ')}`)
  }
}
