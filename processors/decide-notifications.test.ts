import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import { parseQuietHours } from './notices/quiet-hours.ts'
import { newValues } from './testing/messages.ts'
import { START, Told } from './testing/told.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

test('one firing and one end are told, the firing with its facts as they were then', async () => {
  await using world = new Told()
  await world.alert('pending')
  await world.wait(20 * SECOND)
  assert.deepEqual(await world.told(), [])
  const id = await world.alert('firing', { value: 0.6 })
  await world.alert('recovering', { value: 0.2 })
  await world.wait(11 * SECOND)
  const [firing] = await newValues(world.driver, topics.notifications)
  assert.equal(firing!.id, `${id}:firing`)
  assert.equal(firing!.alerts[0]!.value, 0.6)
  await world.alert('resolved', { value: 0.1 })
  await world.wait(2 * MINUTE)
  assert.deepEqual(await world.told(), ['91 resolved demo:one negative-surge'])
})

test('what is over before it could be told is never told, nor its end', async () => {
  await using world = new Told()
  await world.alert('firing')
  await world.wait(5 * SECOND)
  await world.alert('resolved')
  await world.wait(5 * MINUTE)
  await world.alert('resolved')
  await world.wait(5 * MINUTE)
  assert.deepEqual(await world.told(), [])
})

test('ten comings and goings in five minutes are at most two messages', async () => {
  await using world = new Told()
  for (let n = 0; n < 10; n++) {
    await world.alert('firing')
    await world.wait(15 * SECOND)
    await world.alert('resolved')
    await world.wait(15 * SECOND)
  }
  await world.wait(15 * MINUTE)
  const told = await world.told()
  assert.deepEqual(
    told.map((line) => line.split(' ')[1]),
    ['firing', 'resolved'],
  )
})

test('what comes and goes slowly is called flapping at the third time, and then held until it is calm', async () => {
  await using world = new Told()
  for (let n = 0; n < 12; n++) {
    await world.alert('firing')
    await world.wait(60 * SECOND)
    await world.alert('resolved')
    await world.wait(120 * SECOND)
  }
  await world.wait(30 * MINUTE)
  const told = await world.told()
  assert.deepEqual(
    told.map((line) => line.replace(/^\d+ /, '').replace('demo:one negative-surge', '').trim()),
    ['firing', 'resolved', 'firing', 'resolved', 'firing  flapping', 'repeated', 'resolved'],
  )
})

test('what still fires is told again after a quarter of an hour, until somebody has it in hand', async () => {
  await using world = new Told()
  const id = await world.alert('firing')
  await world.wait(35 * MINUTE)
  assert.deepEqual(
    (await world.told()).map((line) => line.split(' ').slice(0, 2).join(' ')),
    ['10 firing', '910 repeated', '1810 repeated'],
  )
  await world.act({ kind: 'acknowledge', subject: id })
  await world.wait(60 * MINUTE)
  assert.deepEqual(await world.told(), [])
  await world.alert('resolved', { reason: 'ended' })
  await world.wait(2 * SECOND)
  assert.equal((await world.told()).length, 1)
})

test('a silence keeps its kind on its channel quiet until it ends or is taken back; then what still fires is told', async () => {
  await using world = new Told()
  await world.act({ id: 's1', channelId: 'demo:one', alertKind: 'negative-surge', until: START + 5 * MINUTE })
  await world.act({ id: 's2', alertKind: 'profanity-surge', until: START + 60 * MINUTE })
  await world.alert('firing')
  await world.alert('firing', { kind: 'profanity-surge' })
  await world.alert('firing', { channelId: 'demo:two' })
  await world.wait(2 * MINUTE)
  assert.deepEqual(await world.told(), ['10 firing demo:two negative-surge'])
  await world.wait(4 * MINUTE)
  assert.deepEqual(await world.told(), ['300 firing demo:one negative-surge'])
  await world.act({ id: 'w', kind: 'wake', subject: 's2' })
  await world.wait(2 * SECOND)
  assert.deepEqual(await world.told(), ['361 firing demo:one profanity-surge'])
})

test('a lost source holds back what its chat seems to say', async () => {
  await using world = new Told()
  await world.alert('firing', { kind: 'negative-surge' })
  await world.wait(5 * SECOND)
  await world.alert('firing', { kind: 'source-lost' })
  await world.alert('firing', { kind: 'model-unavailable' })
  await world.wait(MINUTE)
  assert.deepEqual(await world.told(), ['15 firing demo:one source-lost, demo:one model-unavailable'])
  await world.alert('resolved', { kind: 'source-lost' })
  await world.wait(2 * SECOND)
  assert.deepEqual(await world.told(), ['66 firing demo:one negative-surge'])
})

test('in quiet hours nothing is told; what still fires at their end is told then', async () => {
  const quietHours = parseQuietHours('21:00-21:30', 'Asia/Seoul')
  await using world = new Told({ quietHours })
  await world.alert('firing')
  await world.alert('firing', { channelId: 'demo:two' })
  await world.wait(20 * MINUTE)
  await world.alert('resolved', { channelId: 'demo:two' })
  await world.wait(11 * MINUTE)
  assert.deepEqual(await world.told(), ['1800 firing demo:one negative-surge'])
})

test('old alerts that are computed anew ring nobody', async () => {
  await using world = new Told()
  await world.alert('firing', { at: START - 7 * 60 * MINUTE })
  await world.wait(MINUTE)
  assert.deepEqual(await world.told(), [])
})

test('a test goes to the notifier that was named, at once', async () => {
  await using world = new Told()
  await world.act({ kind: 'test', id: 't1', subject: 'slack', by: '서연' })
  const [told] = await newValues(world.driver, topics.notifications)
  assert.deepEqual(
    [told!.id, told!.transition, told!.notifier, told!.by, told!.alerts.length],
    ['test/t1', 'test', 'slack', '서연', 0],
  )
})
