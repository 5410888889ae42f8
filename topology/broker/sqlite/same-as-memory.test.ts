import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Broker, Session } from '../broker.ts'
import { type CommitFault, Faults } from '../faults.ts'
import { MemoryLog } from '../memory/memory-log.ts'
import { MemoryBroker } from '../memory-broker.ts'
import { openSqliteBroker } from '../sqlite-broker.ts'

type Step =
  | {
      readonly kind: 'send'
      readonly topic: 'plain' | 'table'
      readonly records: readonly (readonly [number, number])[]
    }
  | {
      readonly kind: 'commit'
      readonly fault: CommitFault
      readonly gap: number
      readonly records: readonly (readonly [number, number])[]
    }
  | { readonly kind: 'maintain' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'erase'; readonly key: number }
  | { readonly kind: 'takeover' }
  | { readonly kind: 'reopen' }

const records = fc.array(fc.tuple(fc.nat(6), fc.nat(9)), { minLength: 1, maxLength: 12 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('send'), topic: fc.constantFrom('plain', 'table'), records }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('commit'),
      fault: fc.constantFrom(
        'committed',
        'committed',
        'aborted',
        'fenced',
        'unknown-but-committed',
        'unknown-and-not-committed',
      ),
      gap: fc.nat(2),
      records,
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'maintain' } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'wait' } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('erase'), key: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'takeover' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' } as const) },
) as fc.Arbitrary<Step>

const DAY = 86_400_000
const topics = [
  { name: 'plain', partitions: 2, cleanupPolicy: 'delete', retentionMs: DAY },
  { name: 'table', partitions: 1, cleanupPolicy: 'compact', retentionMs: null },
  { name: 'app-s-changelog', partitions: 1, cleanupPolicy: 'compact', retentionMs: null },
] as const
const bytes = (value: unknown) => Buffer.from(String(value))
/** Nine in ten are values, one a deletion. */
const recordOf = (topic: string, [key, value]: readonly [number, number]) => ({
  topic,
  key: bytes(key),
  value: value === 0 ? null : bytes(`${value}`.repeat(value * 40)),
  timestamp: key * 100 + value,
  headers: [],
})
const text = (value: Uint8Array | null) => value && Buffer.from(value).toString()

/** Everything that can be seen of a log. */
async function look(broker: Broker, session: Session) {
  const partitions = topics.flatMap(({ name, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition })),
  )
  const reader = broker.reader()
  const seen = []
  for (const partition of partitions) {
    const offsets = await broker.offsets(partition)
    reader.assign([{ ...partition, offset: offsets.earliest }])
    const all = []
    for (;;) {
      const page = await reader.poll({ maxRecords: 5, maxWaitMs: 0 })
      if (page.length === 0) break
      all.push(...page.map(({ offset, key, value, timestamp }) => [offset, text(key), text(value), timestamp]))
    }
    const found = []
    for (const timestamp of [0, 105, 350, 10_000]) found.push(await broker.offsetForTimestamp(partition, timestamp))
    seen.push({ ...partition, ...offsets, position: reader.position(partition), all, found })
  }
  const state = [...session.state.range('s', 0, undefined, undefined)].map(([key, value]) => [text(key), text(value)])
  const counts = (await broker.topics()).map(({ name, records }) => [name, records])
  const committed = (await broker.committed('app')).map(({ offset, metadata }) => [offset, metadata])
  return { seen, state, counts, committed, changelogOffset: session.state.changelogOffset('s', 0) }
}

async function play(steps: readonly Step[], open: (clock: () => number, faults: Faults) => Broker) {
  let now = 1_700_000_000_000
  const faults = new Faults()
  const reopen = () => open(() => now, faults)
  let broker = reopen()
  await broker.createTopics(topics)
  let session = await broker.session({ applicationId: 'app' })
  const seen = []
  for (const [i, one] of steps.entries()) {
    let outcome: unknown = ''
    if (one.kind === 'send') {
      const producer = broker.producer()
      await producer.send(one.records.map((record) => recordOf(one.topic, record)))
      await producer.close()
    } else if (one.kind === 'commit') {
      faults.commits.push(one.fault)
      faults.gapAfterCommit = one.gap
      const changelog = one.records.map((record) => recordOf('app-s-changelog', record))
      const commit = {
        records: [...one.records.map((record) => recordOf('plain', record)), ...changelog],
        offsets: [{ topic: 'plain', partition: 1, offset: i, metadata: `m${i}` }],
        changes: changelog.map(({ key, value }) => ({ store: 's', partition: 0, key, value })),
      }
      outcome = (await session.commit(commit)).kind
      faults.commits.length = 0
    } else if (one.kind === 'maintain') await broker.maintain()
    else if (one.kind === 'wait') now += 2 * DAY
    else if (one.kind === 'erase') outcome = await broker.erase('plain', ({ key }) => text(key) === `${one.key}`)
    else {
      if (one.kind === 'reopen') {
        await broker.close()
        broker = reopen()
      }
      session = await broker.session({ applicationId: 'app' })
    }
    seen.push({ step: one.kind, outcome, epoch: session.epoch, ...(await look(broker, session)) })
  }
  await broker.close()
  return seen
}

test('whatever is done to it, the log on disk shows what the log in memory shows', async () => {
  const rule = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
    const directory = mkdtempSync(join(tmpdir(), 'same-'))
    try {
      const onDisk = await play(steps, (clock, faults) =>
        openSqliteBroker({ directory, clock, faults, maintenanceIntervalMs: null }),
      )
      let log: MemoryLog | undefined
      const inMemory = await play(steps, (clock, faults) => {
        log ??= new MemoryLog({ clock, faults })
        return new MemoryBroker({ log, faults })
      })
      assert.deepEqual(onDisk, inMemory)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
  await fc.assert(rule, { numRuns: 40 })
})
