import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionOf, alertOf } from '#processors/testing/alerts.ts'
import { topics } from '#schemas/topics.ts'
import type { Delivery, Notification } from '#schemas/types.ts'
import { type DeliverContext, type Notifier, NotifyError } from '#sinks/notify/notifier.ts'
import { MemoryBroker } from '#topology'
import { createLog } from '../log.ts'
import { recordsOf } from '../produce.ts'
import { deliverNotifications, type NotifierStatus } from './deliver.ts'

const log = createLog('test', 'error', () => {})
const notificationOf = (id: string, given: Partial<Notification> = {}): Notification => ({
  id,
  transition: 'firing',
  at: Date.now(),
  notifier: '',
  alerts: [alertOf({ id: id.replace(/:.*/, '') })],
  repeats: 0,
  flapping: false,
  by: '',
  ...given,
})

/** Takes what it is given, or fails as told. */
class FakeNotifier implements Notifier {
  readonly paceMs = 0
  readonly taken: string[] = []
  readonly contexts: DeliverContext[] = []
  readonly said: string[] = []
  fails: (id: string) => NotifyError | Promise<never> | null = () => null
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
  async deliver(notification: Notification, context: DeliverContext) {
    this.contexts.push(context)
    this.said.push(JSON.stringify(notification))
    const failure = this.fails(notification.id)
    if (failure instanceof NotifyError) throw failure
    await failure
    this.taken.push(notification.id)
    return { answer: '200 ok', reference: `ref ${notification.id}` }
  }
  close = async () => {}
}

class World {
  readonly broker = new MemoryBroker()
  readonly producer = this.broker.producer()
  readonly #stops: AbortController[] = []
  #running: Promise<void> = Promise.resolve()

  static async open(): Promise<World> {
    const world = new World()
    await world.broker.createTopics([topics.notifications, topics.deliveries, topics.alertActions])
    return world
  }

  start(notifiers: readonly Notifier[], onStatus?: (status: NotifierStatus) => void): void {
    const stop = new AbortController()
    this.#stops.push(stop)
    this.#running = deliverNotifications({
      ...{ broker: this.broker, producer: this.producer, topics, notifiers, log, signal: stop.signal },
      ...(onStatus && { onStatus }),
      retryMs: { first: 1, longest: 2 },
    })
  }

  notify(...notifications: Notification[]): Promise<void> {
    const record = recordsOf(this.broker, topics.notifications)
    return this.producer.send(notifications.map((notification) => record('all', notification, notification.at)))
  }

  retry(notificationId: string, notifier: string): Promise<void> {
    const action = actionOf({ kind: 'retry', subject: notificationId, notifier, at: Date.now() })
    return this.producer.send([recordsOf(this.broker, topics.alertActions)(action.id, action, action.at)])
  }

  async deliveries(): Promise<Delivery[]> {
    const reader = this.broker.reader()
    reader.assign([{ topic: topics.deliveries.name, partition: 0, offset: 0 }])
    const codec = topics.deliveries.value.bind(this.broker.schemas, 'deliveries-value')
    const records = await reader.poll({ maxRecords: 10_000, maxWaitMs: 0 })
    await reader.close()
    return records.map(({ value }) => ({ ...codec.decode(value!) }))
  }

  /** Until the log says so. */
  async until(holds: (deliveries: Delivery[]) => boolean): Promise<Delivery[]> {
    for (;;) {
      const deliveries = await this.deliveries()
      if (holds(deliveries)) return deliveries
      await new Promise((done) => setTimeout(done, 2))
    }
  }

  async end(): Promise<void> {
    for (const stop of this.#stops) stop.abort()
    await this.#running
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
    await this.broker.close()
  }
}
const count = (deliveries: readonly Delivery[], state: Delivery['state'], notifier = 'a') =>
  deliveries.filter((one) => one.state === state && one.notifier === notifier).length

test('one notifier that is down holds up no other, and gets everything in order when it is back', async () => {
  await using world = await World.open()
  const [down, up] = [new FakeNotifier('a'), new FakeNotifier('b')]
  let isDown = true
  down.fails = () => (isDown ? new NotifyError('NOTIFY_UNAVAILABLE', '503') : null)
  world.start([down, up])
  await world.notify(notificationOf('1'), notificationOf('2'), notificationOf('3'))
  await world.until((all) => count(all, 'delivered', 'b') === 3 && count(all, 'waiting', 'a') > 3)
  assert.deepEqual(down.taken, [])
  isDown = false
  await world.until((all) => count(all, 'delivered', 'a') === 3)
  assert.deepEqual(
    [down.taken, up.taken],
    [
      ['1', '2', '3'],
      ['1', '2', '3'],
    ],
  )
})

test('what is tried again says the same, whatever the alert did meanwhile', async () => {
  await using world = await World.open()
  const notifier = new FakeNotifier('a')
  let left = 3
  notifier.fails = () => (left-- > 0 ? new NotifyError('NOTIFY_TIMEOUT', 'slow') : null)
  world.start([notifier])
  await world.notify(notificationOf('1:firing'), notificationOf('1:resolved', { transition: 'resolved' }))
  await world.until((all) => count(all, 'delivered') === 2)
  assert.equal(new Set(notifier.said.slice(0, 4)).size, 1)
})

test('what is refused for good goes to the dead ones and the next is sent', async () => {
  await using world = await World.open()
  const notifier = new FakeNotifier('a')
  notifier.fails = (id) => (id === '1' ? new NotifyError('NOTIFY_REFUSED', '404 no_service') : null)
  const statuses: NotifierStatus[] = []
  world.start([notifier], (status) => statuses.push(status))
  await world.notify(notificationOf('1'), notificationOf('2'))
  const all = await world.until((all) => count(all, 'delivered') === 1)
  const dead = all.find(({ state }) => state === 'dead')!
  assert.deepEqual([dead.notificationId, dead.code, dead.answer], ['1', 'NOTIFY_REFUSED', '404 no_service'])
  await world.end()
  assert.deepEqual([statuses.at(-1)!.dead, statuses.at(-1)!.delivered], [1, 1])
})

test('a start goes on where the last one stopped: nothing again, nothing forgotten', async () => {
  await using world = await World.open()
  const notifier = new FakeNotifier('a')
  world.start([notifier])
  await world.notify(notificationOf('1'), notificationOf('2'))
  await world.until((all) => count(all, 'delivered') === 2)
  await world.end()
  await world.notify(notificationOf('3'))
  world.start([notifier])
  await world.until((all) => count(all, 'delivered') === 3)
  assert.deepEqual(notifier.taken, ['1', '2', '3'])
  assert.ok(notifier.contexts.every(({ mayRepeat }) => !mayRepeat))
})

test('what was in hand when the process died is sent again and says that it may be the second copy', async () => {
  await using world = await World.open()
  const hanging = new FakeNotifier('a')
  hanging.fails = () => new Promise<never>(() => {})
  world.start([hanging])
  await world.notify(notificationOf('1'))
  await world.until((all) => count(all, 'attempting') === 1)
  // The dead process neither ends nor says what became of it.
  const next = new FakeNotifier('a')
  world.start([next])
  await world.until((all) => count(all, 'delivered') === 1)
  await world.notify(notificationOf('2'))
  await world.until((all) => count(all, 'delivered') === 2)
  assert.deepEqual(next.taken, ['1', '2'])
  assert.deepEqual(
    next.contexts.map(({ mayRepeat }) => mayRepeat),
    [true, false],
  )
})

test('what goes on about an alert knows the message that told its beginning, over restarts', async () => {
  await using world = await World.open()
  const notifier = new FakeNotifier('a')
  world.start([notifier])
  await world.notify(notificationOf('x:firing'))
  await world.until((all) => count(all, 'delivered') === 1)
  await world.end()
  world.start([notifier])
  await world.notify(notificationOf('x:resolved', { transition: 'resolved' }))
  await world.until((all) => count(all, 'delivered') === 2)
  assert.equal(notifier.contexts[0]!.opened, null)
  assert.equal(notifier.contexts[1]!.opened?.reference, 'ref x:firing')
})

test('a test goes to its notifier alone, and a new notifier does not tell the past', async () => {
  await using world = await World.open()
  const [a, b] = [new FakeNotifier('a'), new FakeNotifier('b')]
  await world.notify(
    notificationOf('old', { at: Date.now() - 7 * 60 * 60_000 }),
    notificationOf('test/1', { notifier: 'b', transition: 'test', alerts: [] }),
    notificationOf('new'),
  )
  world.start([a, b])
  await world.until((all) => count(all, 'delivered', 'a') === 1 && count(all, 'delivered', 'b') === 2)
  assert.deepEqual([a.taken, b.taken], [['new'], ['test/1', 'new']])
})

test('what could not be told for hours is given up and said so', async () => {
  await using world = await World.open()
  const notifier = new FakeNotifier('a')
  const record = recordsOf(world.broker, topics.deliveries)
  const old = notificationOf('old', { at: Date.now() - 7 * 60 * 60_000 })
  const before = { notificationId: 'old', notifier: 'a', state: 'waiting', attempt: 70, at: 0, tookMs: 0 } as const
  await world.notify(old)
  await world.producer.send([
    record('old', { ...before, code: 'NOTIFY_TIMEOUT', answer: '', reference: '', nextTryAt: 0 }, 0),
  ])
  notifier.fails = () => new NotifyError('NOTIFY_TIMEOUT', 'slow')
  world.start([notifier])
  const all = await world.until((all) => count(all, 'dead') === 1)
  assert.equal(all.at(-1)!.attempt, 71)
})

test('what was given up is sent again under its key when somebody asks for it, once, and by the next process as well', async () => {
  await using world = await World.open()
  const [gone, other] = [new FakeNotifier('a'), new FakeNotifier('b')]
  let isGone = true
  gone.fails = () => (isGone ? new NotifyError('NOTIFY_REFUSED', '404 no_service') : null)
  world.start([gone, other])
  await world.notify(notificationOf('1'))
  await world.until((all) => count(all, 'dead') === 1 && count(all, 'delivered', 'b') === 1)
  await new Promise((done) => setTimeout(done, 5))
  await world.retry('1', 'a')
  await world.until((all) => count(all, 'dead') === 2)
  isGone = false
  await world.end()
  // Nobody is there when it is asked for.
  await new Promise((done) => setTimeout(done, 5))
  await world.retry('1', 'a')
  world.start([gone, other])
  const all = await world.until((some) => count(some, 'delivered') === 1)
  assert.deepEqual([gone.taken, other.taken], [['1'], ['1']])
  assert.equal(all.at(-1)!.attempt, 3)
  assert.equal(new Set(gone.said).size, 1)
  // A third process finds nothing left to do.
  await world.end()
  world.start([gone, other])
  await world.notify(notificationOf('2'))
  await world.until((some) => count(some, 'delivered') === 2)
  assert.deepEqual(gone.taken, ['1', '2'])
})

test('that a notifier fails is told by the others, and not by itself', async () => {
  await using world = await World.open()
  const [slack, email] = [new FakeNotifier('slack'), new FakeNotifier('email')]
  world.start([slack, email])
  const about = alertOf({ id: 'x', kind: 'notifier-failing', channelId: 'javas:slack' })
  await world.notify(notificationOf('1', { alerts: [about] }), notificationOf('2'))
  await world.until((all) => count(all, 'delivered', 'slack') === 1 && count(all, 'delivered', 'email') === 2)
  assert.deepEqual([slack.taken, email.taken], [['2'], ['1', '2']])
})

test('attempts, failures and the time they took are counted', async () => {
  await using world = await World.open()
  const notifier = new FakeNotifier('a')
  let left = 2
  notifier.fails = () => (left-- > 0 ? new NotifyError('NOTIFY_TIMEOUT', 'slow') : null)
  const statuses: NotifierStatus[] = []
  world.start([notifier], (status) => statuses.push(status))
  await world.notify(notificationOf('1'))
  while (statuses.at(-1)?.delivered !== 1) await new Promise((done) => setTimeout(done, 2))
  const { delivered, failed, dead, tookMs } = statuses.at(-1)!
  assert.deepEqual([delivered, failed, dead], [1, 2, 0])
  assert.ok(tookMs >= 0 && tookMs < 10_000)
})
