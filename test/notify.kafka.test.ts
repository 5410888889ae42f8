/** The notify role on a real Kafka: one process tells and measures the system, another stands by, and takes over when it is killed. */
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { recordsOf } from '#app/produce.ts'
import { alertOf } from '#processors/testing/alerts.ts'
import { ShippedSchemas } from '#schemas/registry/shipped-schemas.ts'
import { topics } from '#schemas/topics.ts'
import type { Alert } from '#schemas/types.ts'
import { FakeHttpReceiver } from '#sinks/testing/fake-http-receiver.ts'
import { openKafkaBroker } from '#topology'
import { Deployment } from './cluster/deployment.ts'

test('of two notify processes one tells; killed in the middle of a message, the other tells it and what follows', async (t) => {
  const javas = await Deployment.open('notify')
  const slack = await FakeHttpReceiver.listen()
  t.after(async () => {
    await javas.close()
    await slack.close()
  })
  await javas.command('topics', 'apply')
  const settings = { JAVAS_SLACK_WEBHOOK: `${slack.url}/services/x` }
  const processes = await Promise.all(['one', 'two'].map((place) => javas.start(['notify'], place, settings)))
  const broker = await openKafkaBroker({
    bootstrap: javas.kafka.bootstrap.split(','),
    schemas: new ShippedSchemas(),
    stateDirectory: tmpdir(),
  })
  const producer = broker.producer()
  t.after(async () => {
    await producer.close()
    await broker.close()
  })
  const alert = async (n: number, state: Alert['state'], reason = '') => {
    const value = alertOf({ channelId: `demo:${n}`, since: n, at: Date.now(), state, reason })
    await producer.send([recordsOf(broker, topics.alerts)(value.channelId, value, value.at)])
  }
  slack.next = [{ fault: 'silent' }]
  await alert(1, 'firing')
  await slack.count(1)
  const teller = await Promise.any(processes.map((role) => role.says(/ tells slack\n/).then(() => role)))
  await teller.kill('SIGKILL')
  await slack.count(2)
  await alert(1, 'resolved', 'ended')
  await slack.count(3)
  const keys = slack.received.map(({ text }) => /JAVAS · ([^" ]+)/.exec(text)![1])
  assert.deepEqual(keys, [
    'demo:1/negative-surge/1:firing',
    'demo:1/negative-surge/1:firing',
    'demo:1/negative-surge/1:resolved',
  ])
  // The one that took over measures from its own beginning: what it finds afterwards is new.
  const measured = broker.reader()
  const { latest } = await broker.offsets({ topic: topics.healthSamples.name, partition: 0 })
  measured.assign([{ topic: topics.healthSamples.name, partition: 0, offset: latest }])
  while ((await measured.poll({ maxRecords: 10, maxWaitMs: 1_000 })).length === 0);
  await measured.close()
  await producer.send(
    Array.from({ length: 12 }, () => ({
      ...{ topic: topics.deadLetters.name, key: Buffer.from('demo:1'), value: Buffer.from('rubbish') },
      ...{ timestamp: Date.now(), headers: [] },
    })),
  )
  await slack.count(4)
  assert.match(slack.received[3]!.text, /JAVAS · javas:dead-letters\/dead-letters\/\d+:firing/)
  const shown = await javas.status()
  assert.ok(shown.roles.some(({ role, notify }) => role === 'notify' && notify?.notifiers[0]?.name === 'slack'))
})
