import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnalyzedMessage } from '#schemas/types.ts'
import { defaultSettings } from '../channel-settings.ts'
import { analyzedMessage, sentimentOf } from '../testing/messages.ts'
import { dryRunAlerts } from './dry-run-alerts.ts'

const SECOND = 1_000
const settings = { ...defaultSettings, channelId: 'demo:one', updatedAt: 0, updatedBy: '' }

/** Ten quiet minutes, then two angry ones, then calm again; four messages a second. */
async function* broadcast(): AsyncGenerator<AnalyzedMessage> {
  for (let second = 0; second < 1_000; second++)
    for (let i = 0; i < 4; i++) {
      const timestamp = second * SECOND + i * 250
      const isAngry = second >= 600 && second < 720 ? i < 3 : second % 10 === 0
      yield analyzedMessage(
        { timestamp, text: '렉', id: `m${timestamp}` },
        { sentiment: sentimentOf(isAngry ? 'negative' : 'neutral'), words: ['렉'] },
      )
    }
}

test('a dry run says when it would have rung, until when, and how high it went', async () => {
  const { messages, rings } = await dryRunAlerts(broadcast(), settings)
  assert.equal(messages, 4_000)
  assert.deepEqual(
    rings.map(({ kind }) => kind),
    ['negative-surge'],
  )
  const [ring] = rings
  assert.ok(ring!.at >= 600 * SECOND && ring!.at <= 630 * SECOND, `${ring!.at}`)
  assert.ok(ring!.until! > 720 * SECOND && ring!.peak > 0.6)
})

test('with other thresholds it would have rung otherwise', async () => {
  assert.deepEqual((await dryRunAlerts(broadcast(), { ...settings, surgeShare: 0.9 })).rings, [])
  assert.deepEqual((await dryRunAlerts(broadcast(), { ...settings, surgeMessages: 1_000 })).rings, [])
})
