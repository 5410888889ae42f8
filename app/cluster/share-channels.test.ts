import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AssignmentListener, Broker } from '#topology'
import { createLog } from '../log.ts'
import { shareChannels } from './share-channels.ts'

const quiet = createLog('test', 'error', () => {})
const partitions = (...numbers: number[]) => numbers.map((partition) => ({ topic: 'broadcast-requests', partition }))

/** A group whose coordinator is the test, and a collector that writes down what it is told. */
async function setUp(release: () => Promise<void> = async () => {}) {
  const told: string[] = []
  let listener: AssignmentListener | undefined
  let ended: Error | undefined
  const session = {
    async subscribe(_groups: unknown, heard: AssignmentListener) {
      listener = heard
      await heard.onAssigned(partitions(0, 1))
    },
    polled() {
      if (ended) throw ended
    },
    close: async () => void told.push('left'),
  }
  const collector = {
    take: async (taken: readonly number[]) => void told.push(`take ${taken}`),
    release: async (given: readonly number[], { lost }: { readonly lost: boolean }) => {
      told.push(`release ${given}${lost ? ' lost' : ''}`)
      if (!lost) await release()
    },
  }
  const broker = { session: async () => session } as unknown as Broker
  const shared = await shareChannels({ broker, collector, log: quiet })
  const fail = (cause: Error) => {
    ended = cause
  }
  return { told, shared, listener: listener!, fail }
}

test('a collector serves what the group gives it, and gives up what the group takes', async () => {
  const { told, shared, listener } = await setUp()
  assert.deepEqual(shared.partitions, [0, 1])
  await listener.onRevoked(partitions(1))
  await listener.onAssigned(partitions(3))
  assert.deepEqual(shared.partitions, [0, 3])
  await listener.onLost(partitions(0, 3))
  assert.deepEqual(shared.partitions, [])
  assert.deepEqual(told, ['take 0,1', 'release 1', 'release 1 lost', 'take 3', 'release 0,3 lost'])
  await shared.close()
})

test('a source that does not come to an end is given up all the same: the group waits', async () => {
  const { told, shared, listener } = await setUp(() => new Promise(() => {}))
  await listener.onRevoked(partitions(0))
  assert.deepEqual(told.slice(1), ['release 0', 'release 0 lost'])
  await shared.close()
})

test('whoever stops gives back everything before it leaves', async () => {
  const { told, shared } = await setUp()
  await shared.close()
  assert.deepEqual(told.slice(1), ['release 0,1', 'release 0,1 lost', 'left'])
})

test('a membership that ended for good ends the role', async () => {
  const { shared, fail } = await setUp()
  fail(new Error('fenced'))
  await assert.rejects(shared.failed, /fenced/)
  await shared.close()
})
