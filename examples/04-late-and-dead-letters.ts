/**
 * 4. No record vanishes. Run it: `node examples/04-late-and-dead-letters.ts`
 *
 * A record that comes too late goes to a side output; one that cannot be read, that fails in a node, or that claims to be
 * from the future becomes a dead letter with its coordinates. Each is counted once.
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
const numbers = topic<number>('numbers')
const sums = topic<string>('sums')
const late = topic<string>('late')
const deadLetters = topic<string>('dead-letters')

export function sumPerWindow() {
  const builder = new StreamsBuilder()
  const results = builder
    .stream('numbers', { topic: numbers, key: stringSerde, farFuture: { toleranceMs: 60_000 } })
    .mapValues('refuse-negative', (value) => {
      if (value < 0) throw new RangeError(`${value} is negative`)
      return value
    })
    .groupByKey()
    .windowedBy(timeWindows({ sizeMs: 10, graceMs: 0 }))
    .reduce('sum-per-window', (a, b) => a + b, { value: jsonSerde<number>(), updates: 'none', final: true })
  results
    .map('describe', (sum, { key: { key, window } }) => ({
      key,
      value: `${key} [${window.start}, ${window.end}) ${sum}`,
    }))
    .to('sums', { topic: sums, key: stringSerde })
  results
    .late('too-late')
    .mapValues('describe-late', ({ record, window, lateByMs, at }) => {
      const place = `${at?.topic}/${at?.partition}/${at?.offset}`
      return `${record.value} at ${place} missed [${window.start}, ${window.end}) by ${lateByMs} ms`
    })
    .to('late', { topic: late, key: stringSerde })
  return builder.build()
}

await using driver = new TopologyTestDriver(sumPerWindow(), {
  onError: { deserialization: 'continue', processing: 'continue' },
  deadLetters: {
    topic: deadLetters,
    toValue: ({ stage, node, offset, message }) => `${stage} in ${node} at ${offset}: ${message}`,
  },
})
const input = driver.input(numbers)
await input.send('k', 1, 1)
await input.send('k', 2, 5)
await input.send('k', -3, 6)
await input.sendRaw({ key: Buffer.from('k'), value: Buffer.from('{'), timestamp: 7 })
await input.send('k', 4, 10)
await input.send('k', 5, 9)
await input.send('k', 6, 1_000_000)

for (const value of await driver.output(sums).values()) console.log(`sum: ${value}`)
for (const value of await driver.output(late).values()) console.log(`late: ${value}`)
for (const value of await driver.output(deadLetters).values()) console.log(`dead letter: ${value}`)
console.log('dropped:', (await driver.metrics()).tasks[0]!.dropped)

/* Prints:
sum: k [0, 10) 3
late: 5 at numbers/0/5 missed [0, 10) by 0 ms
dead letter: processing in refuse-negative at 2: -3 is negative
dead letter: deserialization in numbers at 3: Expected property name or '}' in JSON at position 1 (line 1 column 2)
dead letter: future in numbers at 6: timestamp 1000000 is more than 60000 ms ahead
dropped: { processing: 1, deserialization: 1, late: 1, future: 1 }
*/
