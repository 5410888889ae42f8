import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decodeAssignmentData,
  decodeMemberData,
  encodeAssignmentData,
  encodeMemberData,
  groupsId,
} from './member-data.ts'

const groups = [{ id: '0', topics: ['t'], stores: ['s'] }]

test('members understand each other', () => {
  const member = {
    process: 'pod-1',
    groups,
    standbyReplicas: 1,
    local: [{ group: '0', partition: 3, position: 900 }],
    standby: [{ group: '0', partition: 3 }],
  }
  assert.deepEqual(decodeMemberData(encodeMemberData(member)), member)
  const told = { standby: [{ group: '1', partition: 0 }], groups: 17 }
  assert.deepEqual(decodeAssignmentData(encodeAssignmentData(told)), told)
  assert.equal(decodeAssignmentData(new Uint8Array()), undefined)
})

test('other groups have another id', () => {
  assert.equal(groupsId(groups), groupsId(structuredClone(groups)))
  assert.notEqual(groupsId(groups), groupsId([{ ...groups[0]!, topics: ['t', 'u'] }]))
})

test('the user data of another program is refused', () => {
  for (const data of ['', 'x', '7', 'null', '{}', '{"v":1}'])
    assert.throws(() => decodeMemberData(Buffer.from(data)), { code: 'KAFKA_GROUP_FOREIGN' }, data)
})
