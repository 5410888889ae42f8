import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Feedback, feedbackDetails } from '#processors/feedback.ts'
import { analyzedMessage } from '#processors/testing/messages.ts'
import { topics } from '#schemas/topics.ts'
import type { ArchiveReader } from '#sinks/archive.ts'
import { MemoryBroker } from '#topology'
import { prepareTopics } from '../prepare-topics.ts'
import { recordsOf } from '../produce.ts'
import { exportFeedback } from './export-feedback.ts'
import type { OperationContext } from './operation.ts'

const said: readonly (readonly [string, string, Feedback])[] = [
  ['kim', '1', { about: 'sentiment', isRight: false, shown: 'negative', expected: 'neutral', model: 'm@1' }],
  ['lee', '1', { about: 'sentiment', isRight: false, shown: 'negative', expected: 'neutral', model: 'm@1' }],
  ['kim', '2', { about: 'sentiment', isRight: true, shown: 'positive', expected: '', model: 'm@1' }],
  ['kim', 'gone', { about: 'sentiment', isRight: true, shown: 'positive', expected: '', model: 'm@1' }],
  ['kim', '3', { about: 'profanity', isRight: false, shown: '0', expected: '2', model: '' }],
]
const texts: Readonly<Record<string, string>> = {
  '1': '@민수 이거\t언제 해요 https://a.b/c?token=x',
  '2': '와 재밌다',
  '3': '뭐 이런\n게 다 있어',
}

async function exported(about: Feedback['about']): Promise<readonly string[]> {
  const broker = new MemoryBroker()
  await prepareTopics(broker)
  const producer = broker.producer()
  await producer.send(
    said.map(([by, messageId, feedback], at) =>
      recordsOf(broker, topics.operatorActions)(
        'c',
        {
          id: String(at),
          kind: 'feedback',
          at,
          by,
          role: 'moderator',
          channelId: 'c',
          broadcastId: 'b',
          authorId: '',
          messageId,
          text: '',
          details: feedbackDetails(feedback),
        },
        at,
      ),
    ),
  )
  await producer.close()
  const archive: Pick<ArchiveReader, 'message'> = {
    message: async (_, id) =>
      texts[id] === undefined ? null : { ...analyzedMessage({ id, text: texts[id] }), deletedAt: null },
  }
  const context = { broker, archive } as unknown as OperationContext
  const lines = await Array.fromAsync(exportFeedback(context, { about }, new AbortController().signal))
  await broker.close()
  return lines
}

test('the export is a table of labels and texts, without names and addresses, and says what it left out', async () => {
  assert.deepEqual(await exported('sentiment'), [
    'label\ttext\n',
    'neutral\t이거 언제 해요\n',
    'positive\t와 재밌다\n',
    '# 2 rows; left out: 1 without a text in the archive, 0 on which people are split, 0 that are wrong without a right\n',
  ])
})

test('profanity keeps the text as it was written, on one line', async () => {
  assert.deepEqual((await exported('profanity')).slice(0, 2), ['severity\ttext\n', '2\t뭐 이런 게 다 있어\n'])
})
