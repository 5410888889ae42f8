import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import type { ChannelSettings } from '#schemas/types.ts'
import { StreamsBuilder, stringSerde } from '#topology'
import { TopologyTestDriver } from '#topology/testing'
import { channelSettingsTable, defaultSettings } from './channel-settings.ts'
import { flagProfanity, withProfanity } from './flag-profanity.ts'
import { profanityWords } from './profanity/flag-text.ts'
import { chatMessage, newValues } from './testing/messages.ts'
import { loadTokenizer, tokenize } from './tokenize.ts'

const tokens = loadTokenizer()
const none = profanityWords(undefined)
const analyzed = (text: string) => {
  const message = chatMessage({ text, runs: [{ text, emote: null }] })
  return { message, tokens: tokens(message), profanity: [], severity: 0, sentiment: null, abuse: null, analyzedAt: 0 }
}

test('no swear word stays among the tokens', () => {
  for (const text of [
    '시발 렉 심하네',
    'tlqkf 렉 심하네',
    '지랄하네 렉 심하네',
    '미친놈 렉 심하네',
    'fuck 렉 심하네',
  ]) {
    const { tokens: left, severity } = withProfanity(analyzed(text), none, tokens)
    assert.deepEqual(left.words, ['렉', '심하다'], text)
    assert.equal(severity, 2)
  }
})

test('a clean message is passed on as it is', () => {
  const message = analyzed('화면이 좋아요')
  assert.equal(withProfanity(message, none, tokens), message)
})

const settings = (blockedWords: string[], allowedWords: string[]): ChannelSettings => ({
  ...defaultSettings,
  channelId: 'demo:one',
  blockedWords,
  allowedWords,
  updatedAt: 0,
  updatedBy: 'test',
})

test('a channel follows its settings from the moment they come, and the built-in rules after they are deleted', async () => {
  const builder = new StreamsBuilder()
  builder.stream('settings', { topic: topics.channelSettings, key: stringSerde }).toTable(channelSettingsTable)
  builder
    .stream('chat', { topic: topics.chatMessages, key: stringSerde })
    .processValues('tokenize', tokenize(tokens))
    .processValues('flag-profanity', flagProfanity(tokens), { stores: [channelSettingsTable] })
    .to('analyzed', { topic: topics.analyzedMessages, key: stringSerde })
  await using driver = new TopologyTestDriver(builder.build())
  const chat = driver.input(topics.chatMessages)
  const rules = driver.input(topics.channelSettings)
  const say = async (text: string) => {
    await chat.send('demo:one', chatMessage({ text }), 1)
    return (await newValues(driver, topics.analyzedMessages)).flatMap(({ profanity }) =>
      profanity.map((span) => span.rule),
    )
  }
  assert.deepEqual(await say('스포 시발'), ['ko.sibal.plain-2'])
  await rules.send('demo:one', settings(['스포'], ['시발']), 1)
  assert.deepEqual(await say('스포 시발'), ['channel.blocked'])
  await rules.send('demo:one', undefined, 1)
  assert.deepEqual(await say('스포 시발'), ['ko.sibal.plain-2'])
})
