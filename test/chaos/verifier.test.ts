import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomOf } from '../random.ts'
import { GRACE_MS, groupOf, nextRunning, type Running, SIZE_MS } from './chaos-topology.ts'
import type { DumpedRecord } from './dump-topic.ts'
import { Verifier } from './verifier.ts'

type Outputs = { readonly [name in 'echo' | 'running' | 'windows' | 'suppressed' | 'groups']: readonly DumpedRecord[] }

const PARTITIONS = 2

/** What a topology without any fault makes of some random records; said here a second time, independent of the verifier. */
function faultless(): { readonly input: readonly DumpedRecord[]; readonly outputs: Outputs } {
  const below = randomOf(5)
  const offsets = new Map<string, number>()
  const record = (topic: string, partition: number, key: string, value: unknown, timestamp = 0): DumpedRecord => {
    const offset = offsets.get(`${topic}${partition}`) ?? 0
    offsets.set(`${topic}${partition}`, offset + 1)
    return { partition, offset, timestamp, key, value: typeof value === 'string' ? value : JSON.stringify(value) }
  }
  const input: DumpedRecord[] = []
  const outputs = { echo: [], running: [], windows: [], suppressed: [], groups: [] } as {
    [name in keyof Outputs]: DumpedRecord[]
  }
  const running = new Map<string, Running>()
  const groups = new Map<string, number>()
  const open = new Map<string, { partition: number; end: number; count: number; revision: number }>()
  const streamTimes = [0, 0]
  for (let number = 1; number <= 600; number++) {
    const keyNumber = below(8)
    const partition = keyNumber % PARTITIONS
    const key = `key-${keyNumber}`
    const timestamp = Math.max(0, number * 100 - (below(3) === 0 ? below(3 * GRACE_MS) : 0))
    input.push(record('input', partition, key, number, timestamp))
    outputs.echo.push(record('echo', partition, key, number))
    const next = nextRunning(running.get(key), number)
    running.set(key, next)
    outputs.running.push(record('running', partition, key, next))
    const group = groupOf(number)
    groups.set(group, (groups.get(group) ?? 0) + 1)
    outputs.groups.push(record('groups', 0, group, groups.get(group)!))
    streamTimes[partition] = Math.max(streamTimes[partition]!, timestamp)
    const start = Math.floor(timestamp / SIZE_MS) * SIZE_MS
    if (start + SIZE_MS > streamTimes[partition]! - GRACE_MS) {
      const id = `${key}@${start}`
      const window = open.get(id) ?? { partition, end: start + SIZE_MS, count: 0, revision: 0 }
      window.count += 1
      window.revision += 1
      open.set(id, window)
      const { count, revision } = window
      outputs.windows.push(record('windows', partition, id, { count, isFinal: false, revision }))
    }
    for (const [id, { count, end, revision, ...window }] of open) {
      if (window.partition !== partition || end > streamTimes[partition]! - GRACE_MS) continue
      open.delete(id)
      outputs.windows.push(record('windows', partition, id, { count, isFinal: true, revision: revision + 1 }))
      outputs.suppressed.push(record('suppressed', partition, id, count))
    }
  }
  return { input, outputs }
}

async function findings(input: readonly DumpedRecord[], outputs: Outputs, acknowledged = input.length) {
  const verifier = new Verifier()
  await verifier.input(input, acknowledged)
  await verifier.echo(outputs.echo)
  await verifier.running(outputs.running)
  await verifier.windows(outputs.windows)
  await verifier.suppressed(outputs.suppressed)
  await verifier.groups(outputs.groups)
  return verifier.findings
}

const { input, outputs } = faultless()
const topics = Object.keys(outputs) as (keyof Outputs)[]
const planted = (topic: keyof Outputs, change: (records: DumpedRecord[]) => void): Outputs => {
  const records = [...outputs[topic]]
  change(records)
  return { ...outputs, [topic]: records }
}
/** A record with others behind it that belong to it. */
const MIDDLE = 40

test('faultless outputs have no findings', async () => {
  const { counts, examples } = await findings(input, outputs)
  assert.deepEqual(counts, { lost: 0, doubled: 0, misordered: 0, wrong: 0 }, examples.join('\n'))
})

for (const topic of topics) {
  test(`one lost record of ${topic} is found`, async () => {
    const found = await findings(
      input,
      planted(topic, (records) => records.splice(MIDDLE, 1)),
    )
    assert.ok(found.counts.lost > 0, JSON.stringify(found))
  })

  test(`one record of ${topic} that is there twice is found`, async () => {
    const found = await findings(
      input,
      planted(topic, (records) => records.splice(MIDDLE, 0, records[MIDDLE]!)),
    )
    assert.ok(found.counts.doubled > 0, JSON.stringify(found))
  })

  test(`the last records of ${topic} twice, as of a transaction done again, are found`, async () => {
    const found = await findings(
      input,
      planted(topic, (records) => records.push(...records.slice(-20))),
    )
    assert.ok(found.counts.doubled > 0, JSON.stringify(found))
  })
}

test('two records of one key in the wrong order are found', async () => {
  for (const topic of ['echo', 'running', 'windows', 'groups'] as const) {
    const { key } = outputs[topic][MIDDLE]!
    const later = outputs[topic].findIndex((record, i) => i > MIDDLE && record.key === key)
    const found = await findings(
      input,
      planted(topic, (records) => {
        ;[records[MIDDLE], records[later]] = [records[later]!, records[MIDDLE]!]
      }),
    )
    assert.equal(found.isEmpty, false, topic)
  }
})

test('a wrong number is found', async () => {
  for (const topic of topics) {
    const found = await findings(
      input,
      planted(topic, (records) => {
        const at = records.findLastIndex(({ value }) => /\d/.test(value))
        const record = records[at]!
        records[at] = { ...record, value: record.value.replace(/\d+/, (digits) => String(Number(digits) + 1)) }
      }),
    )
    assert.equal(found.isEmpty, false, topic)
  }
})

test('a final result that came too early is found, and one that is missing', async () => {
  const early = planted('windows', (records) => {
    const at = records.findLastIndex(({ value }) => value.includes('"isFinal":false'))
    records[at] = { ...records[at]!, value: records[at]!.value.replace('"isFinal":false', '"isFinal":true') }
  })
  assert.ok((await findings(input, early)).counts.wrong > 0)
  const missing = planted('windows', (records) => {
    records.splice(
      records.findIndex(({ value }) => value.includes('"isFinal":true')),
      1,
    )
  })
  assert.ok((await findings(input, missing)).counts.wrong > 0)
})

test('an acknowledged record that the input does not have is found', async () => {
  assert.equal((await findings(input, outputs, input.length + 3)).counts.lost, 3)
})
