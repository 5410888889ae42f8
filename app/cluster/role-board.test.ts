import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { MemoryBroker, MemoryLog } from '#topology'
import { createLog } from '../log.ts'
import { RoleBoard } from './role-board.ts'
import { type RoleStatus, roleStatusesTopic, SILENT_MS, statusOf, statusRecord } from './role-status.ts'
import { tellStatus } from './tell-status.ts'

const quiet = createLog('test', 'error', () => {})

async function setUp(t: TestContext) {
  const broker = new MemoryBroker({ log: new MemoryLog() })
  await broker.createTopics([roleStatusesTopic])
  const producer = broker.producer()
  let ahead = 0
  const board = new RoleBoard(broker, () => Date.now() + ahead)
  t.after(async () => {
    await board.close()
    await producer.close()
    await broker.close()
  })
  const pass = (ms: number) => {
    ahead += ms
  }
  return { broker, producer, board, pass }
}
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((done) => setTimeout(done, 5))
}

test('a role that tells how it is stands on the board until it says goodbye', async (t) => {
  const { producer, board } = await setUp(t)
  await board.open()
  const goodbye = tellStatus({
    ...{ producer, role: 'collect', instanceId: 'a', log: quiet },
    status: () => ({ state: 'RUNNING', problem: '', collect: { channels: ['demo:chat'], counts: {}, problem: '' } }),
  })
  await until(() => board.statuses.length === 1)
  assert.deepEqual(board.statuses[0]?.collect?.channels, ['demo:chat'])
  await goodbye()
  await until(() => board.statuses.length === 0)
})

test('a role that says nothing any more is gone after a while', async (t) => {
  const { producer, board, pass } = await setUp(t)
  const goodbye = tellStatus({
    ...{ producer, role: 'analyze', instanceId: 'a', log: quiet },
    status: () => ({ state: 'RUNNING', problem: '' }),
  })
  await board.open()
  await until(() => board.statuses.length === 1)
  pass(SILENT_MS + 1_000)
  assert.deepEqual(board.statuses, [])
  await goodbye()
})

test('what was said a moment before the board was opened stands on it', async (t) => {
  const { producer, board } = await setUp(t)
  const goodbye = tellStatus({
    ...{ producer, role: 'export', instanceId: 'a', log: quiet },
    status: () => ({ state: 'RUNNING', problem: '' }),
  })
  await new Promise((done) => setTimeout(done, 20))
  await board.open()
  assert.deepEqual(
    board.statuses.map(({ role, state }) => [role, state]),
    [['export', 'RUNNING']],
  )
  await goodbye()
})

test('what is no status of a role is passed over', () => {
  assert.equal(statusOf(Buffer.from('{')), null)
  assert.equal(statusOf(Buffer.from('{"role":"king","instanceId":"a","at":1}')), null)
  const told: RoleStatus = {
    ...{ role: 'collect', instanceId: 'a', host: 'h', pid: 1, version: '1', startedAt: 1, at: 2, state: 'RUNNING' },
    ...{ problem: '', collect: null, analyze: null, export: null },
  }
  assert.deepEqual(statusOf(statusRecord(told).value), told)
})
