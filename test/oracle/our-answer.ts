import {
  jsonSerde,
  StreamsBuilder,
  type Suppression,
  stringSerde,
  type Topology,
  untilTimeLimit,
  untilWindowCloses,
  type Windowed,
  type WindowedOptions,
} from '#topology'
import { type TestRecord, TopologyTestDriver } from '#topology/testing'
import { SuppressBufferFullError } from '../../topology/errors.ts'
import { testTopic } from '../../topology/testing/test-topic.ts'
import { sessionWindows, slidingWindows, timeWindows, type Windows } from '../../topology/window/windows.ts'
import type { CaseSuppression, CaseWindows, OracleAnswer, OracleCase } from './oracle-case.ts'

const input = testTopic<string>('input')
const results = testTopic<string>('results')
const suppressed = testTopic<string>('suppressed')

/** What our engine makes of a case: the same topology on our test driver. */
export async function ourAnswer(question: OracleCase): Promise<OracleAnswer> {
  const { id, inputs, ours = {} } = question
  await using driver = new TopologyTestDriver(topologyOf(question), { ...ours })
  let dropped = 0
  const drops = async () =>
    (await driver.metrics()).tasks
      .flatMap((task) => Object.values(task.dropped))
      .reduce((sum, count) => sum + (count ?? 0), 0)
  let waiting: TestRecord<string, string>[] = []
  const send = async () => {
    if (waiting.length > 0) await driver.input(input).sendAll(waiting)
    waiting = []
  }
  try {
    for (const step of inputs) {
      if ('k' in step) waiting.push({ key: step.k, value: step.v ?? undefined, timestamp: step.t })
      else {
        await send()
        if ('wait' in step) await driver.advanceWallClock(step.wait)
        else {
          dropped += await drops()
          await driver.restart()
        }
      }
    }
    await send()
  } catch (error) {
    if (!(error instanceof SuppressBufferFullError)) throw error
    return { id, results: [], suppressed: [], dropped: 0, failed: true }
  }
  const read = async (topic: typeof results) =>
    (await driver.output(topic).records()).map(({ key, value, timestamp }) => `${key}=${value ?? null}@${timestamp}`)
  return {
    id,
    results: await read(results),
    suppressed: question.suppress ? await read(suppressed) : [],
    dropped: dropped + (await drops()),
  }
}

function topologyOf(question: OracleCase): Topology {
  const { windows, suppress } = question
  const builder = new StreamsBuilder()
  if (windows.kind === 'table') return tableTopology(builder, suppress)
  const options: WindowedOptions = {
    streamTime: 'partition',
    ...(question.emit === 'final' && { updates: 'none', final: true }),
    ...(question.emitInterval !== undefined && { emitIntervalMs: question.emitInterval }),
  }
  const windowed = builder
    .stream('input', { topic: input, key: stringSerde })
    .groupByKey()
    .windowedBy(windowsOf(windows))
  const value = jsonSerde<string>()
  const join = (left: string, right: string) => `${left}+${right}`
  // Numbers and texts alike are written as text.
  const table =
    question.aggregate === 'reduce'
      ? windowed.reduce('windows', join, { ...options, value })
      : windowed.aggregate(
          'windows',
          question.aggregate === 'count'
            ? {
                initializer: () => '0',
                aggregator: (count) => String(Number(count) + 1),
                merger: (left, right) => String(Number(left) + Number(right)),
                value,
              }
            : {
                initializer: () => '',
                aggregator: (joined, next) => (joined === '' ? next : join(joined, next)),
                merger: (left, right) => (left === '' ? right : right === '' ? left : join(left, right)),
                value,
              },
          options,
        )
  const show = (text: string, { key: { key, window } }: { readonly key: Windowed<string> }) => ({
    key: `${key}[${window.start},${window.end}]`,
    value: text,
  })
  table.map('show-results', show).to('results', { topic: results, key: stringSerde })
  if (suppress)
    table
      .suppress('suppress', suppressionOf(suppress))
      .map('show-suppressed', show)
      .to('suppressed', { topic: suppressed, key: stringSerde })
  return builder.build()
}

function tableTopology(builder: StreamsBuilder, suppress: CaseSuppression | undefined): Topology {
  const counts = builder
    .table('input', { topic: input, key: stringSerde, store: 'rows' })
    .groupBy('by-value', (_key, value) => ({ key: value, value }), { key: stringSerde, value: jsonSerde<string>() })
    .count('counts')
  const asText = { topic: results as never, key: stringSerde }
  counts.toStream('updates').mapValues('show-results', String).to('results', asText)
  if (suppress)
    counts
      .suppress('suppress', suppressionOf(suppress))
      .toStream('let-go')
      .mapValues('show-suppressed', String)
      .to('suppressed', { ...asText, topic: suppressed as never })
  return builder.build()
}

function windowsOf(windows: Exclude<CaseWindows, { readonly kind: 'table' }>): Windows {
  const graceMs = windows.grace
  switch (windows.kind) {
    case 'time':
      return timeWindows({ sizeMs: windows.size, advanceMs: windows.advance, graceMs })
    case 'sliding':
      return slidingWindows({ differenceMs: windows.difference, graceMs })
    case 'session':
      return sessionWindows({ gapMs: windows.gap, graceMs })
  }
}

function suppressionOf(suppress: CaseSuppression): Suppression {
  const { maxRecords } = suppress
  if (suppress.until === 'close')
    return untilWindowCloses(maxRecords === undefined ? undefined : { maxRecords, whenFull: 'fail' })
  return untilTimeLimit(
    suppress.limit,
    maxRecords === undefined ? undefined : { maxRecords, whenFull: suppress.whenFull ?? 'emit-early' },
  )
}
