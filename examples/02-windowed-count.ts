/**
 * 2. Count per window. Run it: `node examples/02-windowed-count.ts`
 *
 * One aggregate gives a live count at every commit and one final count when its window closes: 10 s windows that wait
 * 5 s of stream time for late records. The test driver runs the real tasks on a clock that stands still.
 */
import { jsonSerde, StreamsBuilder, stringSerde, timeWindows } from '#topology'
import { TopologyTestDriver } from '#topology/testing'

const topic = <T>(name: string) => ({
  name,
  partitions: 1,
  cleanupPolicy: 'delete' as const,
  retentionMs: null,
  value: jsonSerde<T>(),
})
const messages = topic<string>('messages')
const counts = topic<string>('counts')

export function windowedCount() {
  const builder = new StreamsBuilder()
  builder
    .stream('messages', { topic: messages, key: stringSerde })
    .groupByKey()
    .windowedBy(timeWindows({ sizeMs: 10_000, graceMs: 5_000 }))
    .count('count-per-window', { updates: 'per-commit', final: true, closeIdleAfterMs: 30_000 })
    .map('describe', (count, { key: { key, window, isFinal } }) => ({
      key,
      value: `[${window.start}, ${window.end}) ${count}${isFinal ? ' final' : ''}`,
    }))
    .to('counts', { topic: counts, key: stringSerde })
  return builder.build()
}

await using driver = new TopologyTestDriver(windowedCount())
const input = driver.input(messages)
const output = driver.output(counts)
const show = async (what: string) => {
  console.log(what)
  for (const { key, value } of await output.records()) console.log(`  ${key} ${value}`)
}

await input.sendAll([
  { key: 'anna', value: 'hello', timestamp: 1_000 },
  { key: 'anna', value: 'nice', timestamp: 2_000 },
  { key: 'bela', value: 'hi', timestamp: 9_000 },
])
await show('after the first commit')

await input.send('anna', 'next window', 12_000)
await input.send('anna', 'a little late', 8_000)
await show('12 s: the first window is still open')

await input.send('anna', 'much later', 15_000)
await show('15 s closes the first window of anna, and of nobody else')

await driver.advanceWallClock(40_000)
await show('40 s of silence close what is open')

/* Prints:
after the first commit
  anna [0, 10000) 2
  bela [0, 10000) 1
12 s: the first window is still open
  anna [10000, 20000) 1
  anna [0, 10000) 3
15 s closes the first window of anna, and of nobody else
  anna [0, 10000) 3 final
  anna [10000, 20000) 2
40 s of silence close what is open
  anna [10000, 20000) 2 final
  bela [0, 10000) 1 final
*/
