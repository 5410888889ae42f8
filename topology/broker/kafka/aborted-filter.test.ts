import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AbortedFilter } from './aborted-filter.ts'
import { readBatches } from './record-batch.ts'
import { decodeRecords } from './record-batch-decode.ts'
import { ScriptedLog } from './testing/scripted-log.ts'

/** What one answer that begins at `offset` shows. */
function shown(log: ScriptedLog, offset = 0, batches?: number): string[] {
  const { records, abortedTransactions } = log.fetch(offset, 1_000_000, true, batches)
  const filter = new AbortedFilter(abortedTransactions)
  const out: Parameters<typeof decodeRecords>[4] = []
  for (const batch of readBatches(records, 't', 0)) if (filter.shows(batch)) decodeRecords(batch, 't', 0, offset, out)
  return out.map(({ value }) => Buffer.from(value!).toString())
}

describe('the filter of aborted transactions', () => {
  test('shows committed and plain records, and no marker', () => {
    const log = new ScriptedLog()
    log.append(['plain'])
    log.append(['a', 'b'], { producerId: 1 })
    log.marker(1, 'commit')
    log.append(['after'])
    assert.deepEqual(shown(log), ['plain', 'a', 'b', 'after'])
  })

  test('two aborted transactions of one producer in one answer both stay hidden', () => {
    const log = new ScriptedLog()
    log.append(['x1'], { producerId: 1 })
    log.marker(1, 'abort')
    log.append(['good'], { producerId: 1 })
    log.marker(1, 'commit')
    log.append(['x2'], { producerId: 1 })
    log.append(['x3'], { producerId: 1 })
    log.marker(1, 'abort')
    log.append(['more'], { producerId: 1 })
    log.marker(1, 'commit')
    assert.deepEqual(shown(log), ['good', 'more'])
  })

  test('an aborted transaction whose marker comes only in a later answer stays hidden in both', () => {
    const log = new ScriptedLog()
    log.append(['x1'], { producerId: 1 })
    log.append(['x2'], { producerId: 1 })
    log.marker(1, 'abort')
    log.append(['good'], { producerId: 1 })
    log.marker(1, 'commit')
    assert.deepEqual(shown(log, 0, 1), [])
    assert.deepEqual(shown(log, 1), ['good'])
    assert.deepEqual(shown(log, 2), ['good'])
  })

  test('producers that write between each other are told apart', () => {
    const log = new ScriptedLog()
    log.append(['x1'], { producerId: 1 })
    log.append(['a1'], { producerId: 2 })
    log.append(['x2'], { producerId: 1 })
    log.append(['plain'])
    log.append(['a2'], { producerId: 2 })
    log.marker(1, 'abort')
    log.append(['b1'], { producerId: 1 })
    log.append(['x3'], { producerId: 3 })
    log.marker(2, 'commit')
    log.marker(3, 'abort')
    log.append(['y'], { producerId: 2 })
    log.marker(1, 'commit')
    log.marker(2, 'abort')
    assert.deepEqual(shown(log), ['a1', 'plain', 'a2', 'b1'])
  })

  test('a record that looks like an abort marker is a record', () => {
    const log = new ScriptedLog()
    const zeros = { key: new Uint8Array(4), value: Buffer.from('int32 0'), timestamp: 5, headers: [] }
    log.append([zeros], { producerId: 1 })
    log.append(['x'], { producerId: 1 })
    log.marker(1, 'abort')
    log.append([zeros])
    log.append([zeros], { producerId: 1 })
    log.marker(1, 'commit')
    assert.deepEqual(shown(log), ['int32 0', 'int32 0'])
  })

  test('the list may come in any order', () => {
    const log = new ScriptedLog()
    log.append(['x1'], { producerId: 1 })
    log.append(['x2'], { producerId: 2 })
    log.marker(2, 'abort')
    log.marker(1, 'abort')
    const { records, abortedTransactions } = log.fetch(0, 1_000_000, true)
    const filter = new AbortedFilter([...abortedTransactions].reverse())
    assert.ok(readBatches(records, 't', 0).every((batch) => !filter.shows(batch)))
  })
})
