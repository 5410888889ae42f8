import { openSource } from '#sources/registry.ts'
import {
  productionEnvironment,
  type SourceCount,
  type SourceEnvironment,
  type SourceSettings,
} from '#sources/source-environment.ts'
import type { Broker, Producer } from '#topology'
import type { Log } from '../log.ts'
import type { Traces } from '../traces.ts'
import { Collector } from './collector.ts'

export interface RunningCollector {
  readonly collector: Collector
  /** What the sources counted besides messages, as `source what`: `youtube unknown`. */
  readonly counts: { readonly [name: string]: number }
}

/** The collector with the production environment. */
export function createCollector(
  broker: Broker,
  producer: Producer,
  log: Log,
  settings: SourceSettings,
  traces: Traces | null = null,
): RunningCollector {
  const counts: { [name: string]: number } = {}
  const environments = new Map<string, SourceEnvironment>()
  /** One for each platform: what asks it shares its patience. */
  const environmentOf = (source: string): SourceEnvironment => {
    const count = (what: SourceCount, by: number, detail: string) => {
      const name = `${source} ${what}`
      counts[name] = (counts[name] ?? 0) + by
      log.debug(`${source} counted ${by} ${what}: ${detail}`)
    }
    const environment = environments.get(source) ?? { ...productionEnvironment, ...settings, count }
    environments.set(source, environment)
    return environment
  }
  const collector = new Collector({
    broker,
    producer,
    clock: productionEnvironment.clock,
    log,
    traces,
    openSource: (name, options) => openSource(name, options, environmentOf(name)),
  })
  return { collector, counts }
}
