import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClusterStatus } from './cluster-status.ts'
import { problemsOf, worstState } from './describe-cluster.ts'
import { printStatus } from './print-status.ts'
import type { RoleStatus } from './role-status.ts'

const role = (name: RoleStatus['role'], more: Partial<RoleStatus> = {}): RoleStatus => ({
  ...{ role: name, instanceId: 'pod-1', host: 'h', pid: 7, version: '1', startedAt: 0, at: 0, state: 'RUNNING' },
  ...{ problem: '', collect: null, analyze: null, export: null },
  ...more,
})

test('the state of the analysis is that of its worst process', () => {
  assert.equal(worstState([]), 'NOT_RUNNING')
  assert.equal(worstState([role('analyze'), role('analyze')]), 'RUNNING')
  assert.equal(worstState([role('analyze'), role('analyze', { state: 'REBALANCING' })]), 'REBALANCING')
})

test('a role that nobody runs is a problem, and so is what a role says of itself', () => {
  const collect = { channels: [], counts: {}, problem: 'the log is full' }
  assert.deepEqual(
    problemsOf([role('analyze'), role('export'), role('collect', { problem: 'the log is full', collect })]),
    ['collect pod-1: the log is full'],
  )
  assert.deepEqual(problemsOf([role('analyze')]), ['no collect runs', 'no export runs'])
})

test('status says first what is wrong, then who does what, and hides no escape sequence of a name in the terminal', () => {
  const status: ClusterStatus = {
    cluster: { id: 'abc', brokers: ['kafka:9092'] },
    topics: { there: 25, wanted: 26, missing: ['alerts'], leaderless: 2, underReplicated: 0 },
    state: 'RUNNING',
    problems: ['no export runs'],
    groups: [{ groupId: 'javas-analysis', state: 'Empty', members: [] }],
    roles: [role('collect', { host: 'h\u001b[31m', collect: { channels: ['demo:chat'], counts: {}, problem: '' } })],
    totalLag: 5,
    lag: [{ topic: 'chat-messages', partition: 3, committed: 10, end: 15, lag: 5, member: '' }],
  }
  const lines = [...printStatus(status, 90_000)].join('').split('\n')
  assert.deepEqual(lines.slice(0, 4), [
    'analysis RUNNING, lag 5',
    '! no export runs',
    '! 1 topics are missing: javas topics apply (alerts)',
    '! 2 partitions have no leader: brokers are down',
  ])
  assert.ok(lines.some((line) => /^chat-messages +3 +10 +15 +5 {2}-$/.test(line)))
  assert.match(lines.find((line) => line.startsWith('collect '))!, /90 s {2}RUNNING {2}demo:chat$/)
  assert.ok(!lines.join('').includes('\u001b'))
})
