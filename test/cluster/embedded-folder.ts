/** A data folder as `javas start` leaves it, with something of every kind in it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { produceActions, produceAlertAction, produceRules, produceSettings } from '#app/collect/requests.ts'
import { dataFiles, readConfig } from '#app/config.ts'
import { openLog } from '#app/open-data.ts'
import { defaultSettings } from '#processors/channel-settings.ts'
import type { AlertAction, ChannelRules } from '#schemas/types.ts'
import { openArchiveWriter } from '#sinks/sqlite-archive.ts'
import {
  actionOf,
  alertOf,
  batchOf,
  keywordsOf,
  message,
  offenceOf,
  stateOf,
  T0,
  windowOf,
} from '#sinks/testing/archive-values.ts'
import { runCommand } from './role-process.ts'

export const CHANNEL = 'demo:one'
const BATCH = 1_000

export const rules: ChannelRules = {
  channelId: CHANNEL,
  version: 3,
  rules: [
    {
      ...{ id: 'r1', list: 'block', form: 'literal', pattern: '바보', severity: 2, category: 'insult', note: '' },
      ...{ addedBy: 'kim', addedAt: T0 },
    },
  ],
  allowedAuthors: ['friend'],
  dictionary: [],
  updatedAt: T0 + 5,
  updatedBy: 'kim',
}
export const settings = {
  ...defaultSettings,
  channelId: CHANNEL,
  surgeMessages: 77,
  updatedAt: T0 + 6,
  updatedBy: 'kim',
}
const silence = (id: string, until: number): AlertAction => ({
  ...{
    id,
    kind: 'silence',
    at: T0,
    by: 'kim',
    channelId: '',
    notifier: '',
    alertKind: '',
    subject: '',
    until,
    reason: 'a rehearsal',
  },
})

export async function fillEmbeddedFolder(folder: string, messages: number): Promise<void> {
  const env = { JAVAS_DATA: folder }
  const { broker, close } = await openLog(readConfig(env))
  const producer = broker.producer()
  await produceSettings(broker, producer, settings)
  await produceRules(broker, producer, rules)
  await produceAlertAction(broker, producer, silence('over', T0 + 1))
  await produceAlertAction(broker, producer, silence('holds', Date.now() + 3_600_000))
  const actions = ['a1', 'a2', 'a3'].map((id, at) =>
    actionOf(id, { at: T0 + at, authorId: 'u1', details: { '$a.b': 'c' } }),
  )
  await produceActions(broker, producer, actions)
  await producer.close()
  await close()

  const writer = await openArchiveWriter(dataFiles(folder).archive, { now: () => T0 - 50_000 })
  await writer.apply(batchOf({ states: [stateOf({ broadcastId: 'gone' })] }))
  await writer.deleteBroadcast(CHANNEL, 'gone')
  for (let from = 0; from < messages; from += BATCH)
    await writer.apply(
      batchOf({
        messages: Array.from({ length: Math.min(BATCH, messages - from) }, (_, index) => {
          const n = from + index
          return message(`m${n}`, `글 ${n} ㅋㅋ`, {
            broadcastId: n % 3 === 0 ? 'second' : 'first',
            timestamp: T0 + Math.floor(n / 4) * 10,
            author: `u${n % 97}`,
            name: `이름 ${n % 101}`,
            severity: n % 20 === 0 ? 2 : 0,
            sentiment: n % 2 === 0 ? 'negative' : 'positive',
          })
        }),
      }),
    )
  const removal = (id: string, kind: 'delete' | 'clear' | 'restore', target: object) =>
    message(id, '', {
      ...{ kind, timestamp: T0 + 2_000, target: { messageId: null, authorId: null, seconds: null, ...target } },
    } as Parameters<typeof message>[2])
  await writer.apply(
    batchOf({
      messages: [
        removal('x1', 'clear', { authorId: 'u5', seconds: 600 }),
        removal('x2', 'delete', { messageId: 'm1' }),
        removal('x3', 'delete', { messageId: 'm2' }),
        removal('x4', 'restore', { messageId: 'm2' }),
        removal('x5', 'delete', { messageId: 'not-here-yet' }),
      ],
      windows: Array.from({ length: 50 }, (_, minute) => windowOf(T0 + minute * 60_000, { revision: minute + 3 })),
      keywords: [keywordsOf(['하나', '둘'], { revision: 4 })],
      offences: Array.from({ length: 600 }, (_, n) => offenceOf(`o${n}`, { strikes: n % 7, revision: 2 })),
      alerts: Array.from({ length: 3 }, (_, n) => alertOf(`alert-${n}`, { since: T0 + n })),
      states: [
        stateOf({ title: '제목', lastMessageAt: T0 + 9 }),
        stateOf({ broadcastId: 'second', state: 'ended', startedAt: T0 - 500 }),
      ],
      rules: [rules, { ...rules, version: 2 }],
      actions,
      undecodable: [
        {
          ...{ topic: 'analyzed-messages', partition: 0, offset: 1, timestamp: T0, key: null },
          ...{ value: Buffer.from('rubbish'), code: 'AVRO', message: 'not read' },
        },
      ],
    }),
  )
  await writer.apply(batchOf({ alerts: [alertOf('alert-0', { state: 'resolved', revision: 2 })] }))
  await writer.close()
  await runCommand(['evidence', 'key'], { ...env, JAVAS_KAFKA: undefined })
  const { code, stderr } = await addOwner(env)
  if (code !== 0) throw new Error(stderr)
  writeFileSync(join(folder, 'unknown-file'), 'left alone')
}

const addOwner = (env: { readonly JAVAS_DATA: string }) =>
  runCommand(['account', 'add', 'owner', '--role', 'owner'], { ...env, JAVAS_KAFKA: undefined }, 'a long password\n')
