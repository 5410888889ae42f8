/**
 * What the notify role measures of the system, into a topic of its own: how far the analysis and the stores are behind, dead
 * letters, how long a message waits for the model, whether clocks step or disagree. Written by the process that has the turn to
 * tell, so there is one; judged by `watch-system` in the topology.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Topics } from '#schemas/topics.ts'
import type { HealthSample } from '#schemas/types.ts'
import type { Broker, Producer } from '#topology'
import { ANALYSIS } from '../applications.ts'
import type { AnalyzeStatus, ExportStatus } from '../embedded/status.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { recordsOf } from '../produce.ts'
import { lagOf } from '../system/lag-of.ts'

/** What the other roles last told of themselves. */
export interface OtherRoles {
  readonly analyze: readonly AnalyzeStatus[]
  readonly export: readonly ExportStatus[]
  /** When each process told it, by its own clock. */
  readonly told: readonly { readonly name: string; readonly at: number }[]
}

export const noOtherRoles: OtherRoles = { analyze: [], export: [], told: [] }

export interface SampleHealthOptions {
  readonly broker: Broker
  readonly producer: Producer
  readonly topics: Pick<Topics, 'healthSamples' | 'deadLetters'>
  readonly others: () => OtherRoles
  readonly log: Log
  readonly signal: AbortSignal
  /** Default 5 s. */
  readonly everyMs?: number
}

const EVERY_MS = 5_000
const SECOND = 1_000

export async function sampleHealth(options: SampleHealthOptions): Promise<void> {
  const { broker, producer, topics, others, log, signal, everyMs = EVERY_MS } = options
  const recordOf = recordsOf(broker, topics.healthSamples)
  const clock = new SteadyClock()
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    try {
      const at = Date.now()
      const samples = await measureHealth(broker, topics, others(), clock, at)
      await producer.send(samples.map((sample) => recordOf(`${sample.kind}/${sample.subject}`, sample, at)))
    } catch (cause) {
      // A log that does not answer is the watchdog's to tell.
      log.debug(`the system cannot be measured now: ${messageOf(cause)}`)
    }
  }
}

/** @param at now, epoch ms */
export async function measureHealth(
  broker: Pick<Broker, 'offsets' | 'committed'>,
  topics: Pick<Topics, 'deadLetters'>,
  others: OtherRoles,
  clock: Pick<SteadyClock, 'stepMs'>,
  at: number,
): Promise<HealthSample[]> {
  const sample = (given: Pick<HealthSample, 'kind' | 'subject'> & Partial<HealthSample>): HealthSample => ({
    ...{ at, value: 0, detail: '', places: [] },
    ...given,
  })
  const endOf = async (topic: string, partition: number) => (await broker.offsets({ topic, partition })).latest
  const lags = await lagOf(broker, ANALYSIS)
  const letters = await Promise.all(
    Array.from({ length: topics.deadLetters.partitions }, (_, partition) => endOf(topics.deadLetters.name, partition)),
  )
  const stores = await Promise.all(
    others.export
      .flatMap(({ stores = [] }) => stores)
      .map(async ({ name, positions }) =>
        sample({
          kind: 'sink-lag',
          subject: name,
          places: await Promise.all(
            positions.map(async ({ topic, partition, offset }) => ({
              ...{ topic, partition, position: offset },
              end: await endOf(topic, partition),
            })),
          ),
        }),
      ),
  )
  const waits = others.analyze.flatMap(({ models }) => models?.live.waitMs ?? [])
  const ahead = others.told
    .map(({ name, at: toldAt }) => ({ name, ms: toldAt - at }))
    .toSorted((a, b) => b.ms - a.ms)[0]
  const stepMs = clock.stepMs(at)
  return [
    ...(lags.length === 0
      ? []
      : [
          sample({
            kind: 'consumer-lag',
            subject: ANALYSIS,
            places: lags.map(({ topic, partition, committed, end }) => ({
              ...{ topic, partition, position: committed, end },
            })),
          }),
        ]),
    ...stores,
    sample({ kind: 'dead-letters', subject: topics.deadLetters.name, value: letters.reduce((a, b) => a + b, 0) }),
    ...(waits.length === 0
      ? []
      : [sample({ kind: 'model-slow', subject: 'sentiment', value: Math.max(...waits) / SECOND })]),
    stepMs > Math.max(0, ahead?.ms ?? 0)
      ? sample({ kind: 'clock-trouble', subject: 'clocks', value: stepMs / SECOND, detail: 'step' })
      : sample({
          kind: 'clock-trouble',
          subject: 'clocks',
          value: Math.max(0, ahead?.ms ?? 0) / SECOND,
          detail: ahead && ahead.ms > 0 ? `ahead: ${ahead.name}` : '',
        }),
  ]
}

/** Tells a clock that was set from one that went on: beside it runs one that nobody can set. */
export class SteadyClock {
  readonly #steady: () => number
  #last: { readonly wall: number; readonly steady: number } | null = null

  constructor(steady: () => number = () => performance.now()) {
    this.#steady = steady
  }

  /** How far the wall clock was set, in either direction, since the last look, ms. */
  stepMs(wall: number): number {
    const now = { wall, steady: this.#steady() }
    const last = this.#last
    this.#last = now
    return last === null ? 0 : Math.abs(now.wall - last.wall - (now.steady - last.steady))
  }
}
