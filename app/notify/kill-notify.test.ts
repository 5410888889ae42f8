import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { alertOf } from '#processors/testing/alerts.ts'
import { topics } from '#schemas/topics.ts'
import type { Alert, Delivery } from '#schemas/types.ts'
import { FakeHttpReceiver } from '#sinks/testing/fake-http-receiver.ts'
import { openSqliteBroker } from '#topology'

const CHILD = join(import.meta.dirname, 'testing', 'notify-child.ts')
const keyIn = (text: string) => /JAVAS · ([^" ]+)/.exec(text)![1]!

test('the notifier killed with -9 in the middle of a message, before it and behind it: each is told, each end has its beginning, and a second copy says so', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'javas-notify-'))
  const slack = await FakeHttpReceiver.listen()
  let child: ChildProcess | null = null
  t.after(async () => {
    child?.kill('SIGKILL')
    await slack.close()
    rmSync(folder, { recursive: true })
  })
  const start = async () => {
    child = spawn(process.execPath, [CHILD, folder, `${slack.url}/services/x`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    await once(child.stdout!, 'data')
  }
  const kill = async () => {
    const ended = once(child!, 'exit')
    child!.kill('SIGKILL')
    await ended
  }
  const ask = async (line: string) => {
    child!.stdin!.write(`${line}\n`)
    const [answer] = (await once(child!.stdout!, 'data')) as [Buffer]
    return answer.toString('utf8').trim()
  }
  const alert = (n: number, state: Alert['state'], reason = '') => {
    const since = 1_000 + n
    return ask(JSON.stringify(alertOf({ channelId: `demo:${n}`, since, at: Date.now(), state, reason })))
  }

  // Killed while it waits for others that belong with it: nothing was said yet.
  await start()
  await alert(1, 'firing')
  await kill()
  // Killed while Slack has the message and has not answered.
  slack.next = [{ fault: 'silent' }]
  await start()
  await slack.count(1)
  await kill()
  // Slack takes the copy; then the end is told.
  await start()
  await slack.count(2)
  await alert(1, 'resolved', 'ended')
  // Killed when it is written down.
  while ((await ask('delivered')) !== '2') await sleep(5)
  await kill()
  // What was told is not told again by the next process; what is new is.
  await start()
  await alert(2, 'firing')
  await slack.count(4)

  const told = slack.received.map(({ text }) => `${keyIn(text)}${/앞서 보낸 것/.test(text) ? ' copy' : ''}`)
  assert.deepEqual(told, [
    'demo:1/negative-surge/1001:firing',
    'demo:1/negative-surge/1001:firing copy',
    'demo:1/negative-surge/1001:resolved',
    'demo:2/negative-surge/1002:firing',
  ])
  await kill()
  const broker = await openSqliteBroker({ directory: folder })
  const reader = broker.reader()
  reader.assign([{ topic: topics.deliveries.name, partition: 0, offset: 0 }])
  const codec = topics.deliveries.value.bind(broker.schemas, 'deliveries-value')
  const delivered = (await reader.poll({ maxRecords: 1_000, maxWaitMs: 0 }))
    .map(({ value }): Delivery => codec.decode(value!))
    .filter(({ state }) => state === 'delivered')
  await reader.close()
  await broker.close()
  assert.equal(new Set(delivered.map(({ notificationId }) => notificationId)).size, delivered.length)
})
