import { openSource } from '#sources/registry.ts'
import { productionEnvironment, type SourceCount, type SourceSettings } from '#sources/source-environment.ts'
import type { Broker, Producer } from '#topology'
import type { Log } from '../log.ts'
import { Collector } from './collector.ts'

export interface RunningCollector {
  readonly collector: Collector
  /** What the sources counted besides messages. */
  readonly counts: { readonly [name: string]: number }
}

/** The collector with the production environment. */
export function createCollector(
  broker: Broker,
  producer: Producer,
  log: Log,
  settings: SourceSettings,
): RunningCollector {
  const counts: { [name: string]: number } = {}
  const environment = {
    ...productionEnvironment,
    ...settings,
    count: (name: SourceCount, by: number, detail: string) => {
      counts[name] = (counts[name] ?? 0) + by
      log.debug(`source counted ${by} ${name}: ${detail}`)
    },
  }
  const collector = new Collector({
    broker,
    producer,
    clock: environment.clock,
    log,
    openSource: (name, options) => openSource(name, options, environment),
  })
  return { collector, counts }
}
