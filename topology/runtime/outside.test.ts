import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StreamsBuilder } from '../dsl/streams-builder.ts'
import type { Processor, ProcessorContext } from '../processor.ts'
import { stringSerde } from '../serde.ts'
import { TopologyTestDriver } from '../testing/index.ts'
import { testTopic } from '../testing/test-topic.ts'

const input = testTopic<string>('input')
const output = testTopic<string>('output')

type Own = Processor<string, string, string, string>
const built = (supplier: () => Own, isBehindAsync: boolean) => {
  const builder = new StreamsBuilder()
  const source = builder.stream('source', { topic: input, key: stringSerde })
  const parent = isBehindAsync ? source.mapValuesAsync('model', async (values) => values) : source
  parent.process('own', supplier).to('sink', { topic: output, key: stringSerde })
  return builder.build()
}

for (const isBehindAsync of [false, true]) {
  const where = isBehindAsync ? 'behind an async node' : 'before any async node'

  test(`forward after its call has returned is refused, not lost: ${where}`, async () => {
    let forwardLater: (() => void) | undefined
    const supplier = (): Own => {
      let context: ProcessorContext<string, string>
      return {
        init(given) {
          context = given
        },
        process(record) {
          context.forward(record)
          forwardLater = () => context.forward(record)
        },
      }
    }
    await using driver = new TopologyTestDriver(built(supplier, isBehindAsync))
    await driver.input(input).send('k', 'a', 0)
    assert.throws(forwardLater!, { code: 'STREAMS_ILLEGAL_STATE', message: /async node/ })
    assert.deepEqual(await driver.output(output).values(), ['a'])
  })

  test(`a process that returns a promise stops the task before its record is lost: ${where}`, async () => {
    const supplier = (): Own => ({
      async process() {
        throw new Error('unseen')
      },
    })
    await using driver = new TopologyTestDriver(built(supplier, isBehindAsync), { onError: { processing: 'continue' } })
    await assert.rejects(driver.input(input).send('k', 'a', 0), {
      code: 'STREAMS_ILLEGAL_STATE',
      message: /node "own".*promise/,
    })
    assert.deepEqual(await driver.broker.committed('test'), [])
  })
}
