import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { restoreStore } from '../../../state/restore.ts'
import type { Session } from '../../broker.ts'
import { changelogTopic } from '../../log/internal-topics.ts'
import { MemorySchemas } from '../../memory/memory-schemas.ts'
import { MemoryState } from '../../memory/memory-state.ts'
import type { KafkaBroker } from '../kafka-broker.ts'
import { openKafkaBroker } from '../open-kafka-broker.ts'
import { testBootstrap, uniqueName } from '../testing/test-cluster.ts'

const applicationId = uniqueName('c-restore')
const input = `${applicationId}-in`
const changelog = changelogTopic(applicationId, 's')
const folder = mkdtempSync(join(tmpdir(), 'restore-'))
let owner: KafkaBroker
let next: KafkaBroker
const open = (instanceId: string) =>
  openKafkaBroker({
    bootstrap: testBootstrap,
    schemas: new MemorySchemas(),
    stateDirectory: join(folder, instanceId),
    instanceId,
    sessionTimeoutMs: 6_000,
    replicationFactor: 1,
  })
before(async () => {
  owner = await open('owner')
  next = await open('next')
  await owner.createTopics([
    { name: input, partitions: 1, cleanupPolicy: 'delete', retentionMs: null },
    { name: changelog, partitions: 1, cleanupPolicy: 'compact', retentionMs: null },
  ])
})
after(async () => {
  await owner.close()
  await next.close()
  const broker = await open('cleaner')
  await broker.reset(applicationId)
  await broker.deleteTopics([input, `${applicationId}-session-epochs`])
  await broker.close()
  rmSync(folder, { recursive: true })
})

const listener = { async onAssigned() {}, async onRevoked() {}, async onLost() {} }
const groups = [{ id: '0', topics: [input], stores: ['s'] }]
const partition = { topic: input, partition: 0 }
const key = Buffer.from('k')
/** A static member that stays in the group would hold up the reset. */
const leave = (session: Session) => session.close({ leave: true })

test('who reads a committed offset and then restores to the end of the changelog has all that was committed with it', async () => {
  const session = await owner.session({ applicationId })
  await session.subscribe(groups, listener)
  const reading = await next.session({ applicationId })
  let markersLate = 0
  for (let n = 1; n <= 150; n++) {
    const value = Buffer.from(`${n}`)
    const committing = session.commit({
      records: [{ topic: changelog, partition: 0, key, value, timestamp: 0, headers: [] }],
      offsets: [{ ...partition, offset: n, metadata: '' }],
      changes: [{ store: 's', partition: 0, key, value }],
    })
    // Beside the commit: what another one reads at this moment is either of before it, or all of it.
    if (n % 3 > 0) assert.equal((await committing).kind, 'committed')
    const state = new MemoryState()
    const [committed] = await reading.committed([partition])
    const { latest, end } = await next.offsets({ topic: changelog, partition: 0 })
    if (latest < end) markersLate += 1
    await restoreStore({
      broker: next,
      session: { state } as unknown as Session,
      applicationId,
      store: 's',
      partition: 0,
    })
    assert.equal((await committing).kind, 'committed')
    const restored = Number(Buffer.from(state.get('s', 0, key) ?? []).toString())
    assert.ok(restored >= (committed?.offset ?? 0), `offset ${committed?.offset} without its state, ${restored}`)
  }
  // Shown, not held: how often the last stable offset was behind, so that a restore up to it would have been wrong.
  console.log(`of 150 restores, ${markersLate} began before the markers had come`)
  await leave(session)
  await leave(reading)
})

test('a store that missed the end of its last commit gets the tail, and nothing but the tail', async () => {
  const session = await owner.session({ applicationId })
  await session.subscribe(groups, listener)
  const behind = session.state.changelogOffset('s', 0)!
  // As after a crash between the end of the transaction and the rows: the log has it, the store has not.
  const { changes, ...commit } = {
    records: [
      { topic: changelog, partition: 0, key, value: Buffer.from('tail'), timestamp: 0, headers: [] },
      { topic: changelog, partition: 0, key: Buffer.from('gone'), value: null, timestamp: 0, headers: [] },
    ],
    offsets: [{ ...partition, offset: 1_000, metadata: '' }],
    changes: [],
  }
  assert.equal((await session.commit({ ...commit, changes })).kind, 'committed')
  assert.equal(session.state.changelogOffset('s', 0), behind)
  const read = await restoreStore({ broker: owner, session, applicationId, store: 's', partition: 0 })
  assert.equal(read, 2)
  assert.equal(Buffer.from(session.state.get('s', 0, key)!).toString(), 'tail')
  const { end } = await owner.offsets({ topic: changelog, partition: 0 })
  assert.equal(session.state.changelogOffset('s', 0), end)
  assert.equal(await restoreStore({ broker: owner, session, applicationId, store: 's', partition: 0 }), 0)
  await leave(session)
})
