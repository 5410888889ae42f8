import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { defaultSettings } from '#processors/channel-settings.ts'
import { loadTokenizer } from '#processors/tokenize.ts'
import type { ArchivedMessage, ArchiveReader } from '#sinks/archive.ts'
import { message, T0 } from '#sinks/testing/archive-values.ts'
import { type Broker, Streams } from '#topology'
import { chatTopology } from '../chat-topology.ts'
import { linesOf } from '../commands/compare-verdicts.ts'
import { type CompareOptions, compareVerdicts, type ReplayAnalysis } from './compare-verdicts.ts'

const tokens = loadTokenizer()
const stored = (id: string, text: string, values: Parameters<typeof message>[2] = {}): ArchivedMessage => ({
  ...message(id, text, { timestamp: T0 + Number(id.slice(1)), ...values }),
  deletedAt: null,
})

/** Today's topology without a sentiment model. */
async function open(broker: Broker): Promise<ReplayAnalysis> {
  const streams = new Streams(chatTopology({ tokens }), { applicationId: 'compare-test', broker, commitIntervalMs: 20 })
  return { start: () => streams.start(), close: () => streams.close(), failed: new Promise(() => {}) }
}

function optionsFor(messages: readonly ArchivedMessage[], values: Partial<CompareOptions> = {}): CompareOptions {
  const archive: Partial<ArchiveReader> = {
    broadcast: async (_channelId, broadcastId) =>
      broadcastId === 'first'
        ? ({ messages: messages.length } as Awaited<ReturnType<ArchiveReader['broadcast']>>)
        : null,
    async *export() {
      yield* messages
    },
  }
  return {
    ...{
      archive: archive as CompareOptions['archive'],
      channelId: 'demo:one',
      broadcastId: 'first',
      speed: 'max',
      directory,
      open,
    },
    ...{ settings: { ...defaultSettings, channelId: 'demo:one', updatedAt: T0, updatedBy: '' }, rules: null },
    signal: new AbortController().signal,
    ...values,
  }
}
const directory = mkdtempSync(join(tmpdir(), 'javas-compare-test-'))
after(() => rmSync(directory, { recursive: true, force: true }))

test('what today judges otherwise is told by kind, masked, and the replay leaves nothing behind', async () => {
  const comparison = await compareVerdicts(
    optionsFor([
      stored('m1', '시발 뭐야'),
      stored('m2', '안녕하세요', { severity: 2 }),
      stored('m3', '오늘 재밌다'),
      stored('m4', '그냥 그래', { sentiment: 'negative' }),
    ]),
  )
  assert.deepEqual([comparison.messages, comparison.same, comparison.missing], [4, 1, 0])
  const { differences, examples } = comparison
  assert.equal(differences['profanity-found'], 1)
  assert.equal(differences['profanity-lost'], 1)
  assert.equal(differences['sentiment-lost'], 1)
  assert.ok(!examples['profanity-found'][0]!.text.includes('시발'))
  assert.match([...linesOf(comparison)].join(''), /4 messages compared, 1 judged the same/)
  assert.deepEqual(readdirSync(directory), [])
})

test("the channel's own rules of today are in force", async () => {
  const rules = {
    ...{ channelId: 'demo:one', version: 3, allowedAuthors: [], dictionary: [], updatedAt: T0, updatedBy: 'kim' },
    rules: [
      {
        ...({
          id: 'own.1',
          list: 'block',
          form: 'literal',
          pattern: '스포일러',
          severity: 3,
          category: 'custom',
        } as const),
        ...{ note: '', addedBy: '', addedAt: 0 },
      },
    ],
  }
  const { differences } = await compareVerdicts(optionsFor([stored('m1', '스포일러 하지 마')], { rules }))
  assert.equal(differences['profanity-found'], 1)
})

test('who stops it leaves nothing behind, and a broadcast that is not there is said to be so', async () => {
  await assert.rejects(compareVerdicts(optionsFor([], { broadcastId: 'none' })), { code: 'BROADCAST_NOT_FOUND' })
  const stop = new AbortController()
  const many = Array.from({ length: 3_000 }, (_, at) => stored(`m${at}`, `안녕 ${at}`))
  await assert.rejects(
    compareVerdicts(
      optionsFor(many, {
        signal: stop.signal,
        onProgress: ({ done }) => void (done > 100 && stop.abort(new Error('enough'))),
      }),
    ),
    /enough/,
  )
  assert.deepEqual(readdirSync(directory), [])
})
