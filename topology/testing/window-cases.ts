import { StreamsBuilder } from '../dsl/streams-builder.ts'
import type { WindowedOptions } from '../dsl/windowed-options.ts'
import { jsonSerde, stringSerde } from '../serde.ts'
import type { Suppression } from '../window/suppress.ts'
import type { Windowed } from '../window/windowed.ts'
import { windowedSerde } from '../window/windowed-serde.ts'
import type { Windows } from '../window/windows.ts'
import { testTopic } from './test-topic.ts'
import { type TestDriverOptions, TopologyTestDriver } from './topology-test-driver.ts'

const input = testTopic<string>('input')
const output = testTopic<string>('output')
const suppressed = testTopic<string>('suppressed')
const late = testTopic<string>('late')

/** Window semantics as the tests write them: `key: value@time` in, `key[start,end)value@time` out. */
export interface WindowCase extends WindowedOptions {
  readonly windows: Windows
  /** Default: the values joined by '+'. */
  readonly count?: boolean
  readonly suppress?: Suppression
  readonly driver?: TestDriverOptions
}

/** A driver around one windowed aggregate, going by the partition's stream time unless told otherwise. */
export class WindowCaseDriver {
  readonly driver: TopologyTestDriver
  readonly #case: WindowCase
  readonly #output
  readonly #suppressed
  readonly #late

  constructor(options: WindowCase) {
    const { windows, count, suppress, driver, ...windowed } = options
    this.#case = options
    const builder = new StreamsBuilder()
    const grouped = builder.stream('input', { topic: input, key: stringSerde }).groupByKey().windowedBy(windows)
    const settings: WindowedOptions = { streamTime: 'partition', ...windowed }
    const results = grouped.aggregate(
      'windows',
      count
        ? {
            initializer: () => '0',
            aggregator: (n) => String(Number(n) + 1),
            merger: (a, b) => String(Number(a) + Number(b)),
            value: jsonSerde<string>(),
          }
        : {
            initializer: () => '',
            aggregator: (joined, value) => (joined === '' ? value : `${joined}+${value}`),
            merger: (a, b) => `${a}+${b}`,
            value: jsonSerde<string>(),
          },
      settings,
    )
    const key = windowedSerde(stringSerde)
    results.to('output', { topic: output, key })
    if (suppress) results.suppress('suppressed', suppress).to('suppressed-sink', { topic: suppressed, key })
    results
      .late('late')
      .mapValues(
        'write-late',
        ({ window, lateByMs, at, record }) =>
          `${record.value}@${record.timestamp} missed [${window.start},${window.end}) by ${lateByMs} at ${at?.topic}/${at?.partition}/${at?.offset}`,
      )
      .to('late-sink', { topic: late, key: stringSerde })
    this.driver = new TopologyTestDriver(builder.build(), driver ?? {})
    this.#output = this.driver.output(output, key)
    this.#suppressed = this.driver.output(suppressed, key)
    this.#late = this.driver.output(late)
  }

  /** `'A: 1@0, 2@5'` sends two records of key A; several keys are divided by ';'. One after the other. */
  async send(script: string): Promise<void> {
    const records = script.split(';').flatMap((part) => {
      const [key, list] = part.split(':').map((text) => text.trim())
      return list!.split(',').map((item) => {
        const [value, time] = item.trim().split('@')
        return { key: key === '-' ? null : key!, value: value!, timestamp: Number(time) }
      })
    })
    await this.driver.input(input).sendAll(records)
  }

  async results(): Promise<readonly string[]> {
    return (await this.#output.records()).map((record) => this.#show(record))
  }

  async suppressedResults(): Promise<readonly string[]> {
    return (await this.#suppressed.records()).map((record) => this.#show(record))
  }

  async lateRecords(): Promise<readonly string[]> {
    return (await this.#late.values()).map(String)
  }

  async drops(reason: 'late' | 'null-key' = 'late'): Promise<number> {
    const { tasks } = await this.driver.metrics()
    return tasks.reduce((sum, { dropped }) => sum + (dropped[reason] ?? 0), 0)
  }

  #show(record: { key: Windowed<string> | null; value: string | undefined; timestamp: number }): string {
    const { key, window } = record.key!
    const close = this.#case.windows.kind === 'time' ? ')' : ']'
    return `${key}[${window.start},${window.end}${close}${record.value ?? 'null'}@${record.timestamp}`
  }
}
