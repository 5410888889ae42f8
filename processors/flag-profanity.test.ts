import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '#schemas/topics.ts'
import type { ChannelRules, ChannelSettings } from '#schemas/types.ts'
import { StreamsBuilder, stringSerde } from '#topology'
import { TopologyTestDriver } from '#topology/testing'
import { channelRulesTable } from './channel-rules/channel-rules-table.ts'
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

/** The node alone, with its two tables. */
function nodeAlone() {
  const builder = new StreamsBuilder()
  builder.stream('settings', { topic: topics.channelSettings, key: stringSerde }).toTable(channelSettingsTable)
  builder.stream('rules', { topic: topics.channelRules, key: stringSerde }).toTable(channelRulesTable)
  builder
    .stream('chat', { topic: topics.chatMessages, key: stringSerde })
    .processValues('tokenize', tokenize(tokens), { stores: [channelRulesTable] })
    .processValues('flag-profanity', flagProfanity(tokens), { stores: [channelSettingsTable, channelRulesTable] })
    .to('analyzed', { topic: topics.analyzedMessages, key: stringSerde })
  const driver = new TopologyTestDriver(builder.build())
  const chat = driver.input(topics.chatMessages)
  return {
    driver,
    settings: driver.input(topics.channelSettings),
    rules: driver.input(topics.channelRules),
    async say(text: string, author = 'u1') {
      const message = chatMessage({ text })
      await chat.send('demo:one', { ...message, author: { ...message.author, id: author } }, 1)
      return (await newValues(driver, topics.analyzedMessages)).flatMap(({ profanity }) =>
        profanity.map((span) => span.rule),
      )
    },
  }
}

test('a channel follows its settings from the moment they come, and the built-in rules after they are deleted', async () => {
  const node = nodeAlone()
  await using _ = node.driver
  assert.deepEqual(await node.say('스포 시발'), ['ko.sibal.plain-2'])
  await node.settings.send('demo:one', settings(['스포'], ['시발']), 1)
  assert.deepEqual(await node.say('스포 시발'), ['channel.blocked'])
  await node.settings.send('demo:one', undefined, 1)
  assert.deepEqual(await node.say('스포 시발'), ['ko.sibal.plain-2'])
})

const rulesOf = (...rules: readonly (readonly ['block' | 'allow', 'literal' | 'wildcard' | 'regex', string])[]) =>
  ({
    channelId: 'demo:one',
    version: 1,
    rules: rules.map(([list, form, pattern], place) => ({
      id: `own.${place}`,
      list,
      form,
      pattern,
      severity: 3,
      category: 'custom',
      note: '',
      addedBy: 'kim',
      addedAt: 0,
    })),
    allowedAuthors: ['friend'],
    dictionary: [],
    updatedAt: 0,
    updatedBy: 'kim',
  }) satisfies ChannelRules

test("a channel's own lists hold from the next message on, are seen through evasions, and allowing wins", async () => {
  const node = nodeAlone()
  await using _ = node.driver
  assert.deepEqual(await node.say('결말 스포 시발'), ['ko.sibal.plain-2'])
  await node.rules.send(
    'demo:one',
    rulesOf(
      ['block', 'literal', '결말'],
      ['block', 'wildcard', '텔레*방'],
      ['block', 'regex', 'o+pen'],
      ['allow', 'literal', '시발'],
    ),
    1,
  )
  assert.deepEqual(await node.say('결말 알려줌'), ['own.0'])
  assert.deepEqual(await node.say('결 1말'), ['own.0'])
  assert.deepEqual(await node.say('텔레그램방 시발'), ['own.1'])
  assert.deepEqual(await node.say('ooopen'), ['own.2'])
  await node.rules.send('demo:one', undefined, 1)
  assert.deepEqual(await node.say('결말 시발'), ['ko.sibal.plain-2'])
})

test('whom a channel allows is never flagged', async () => {
  const node = nodeAlone()
  await using _ = node.driver
  await node.rules.send('demo:one', rulesOf(['block', 'literal', '결말']), 1)
  assert.deepEqual(await node.say('결말 시발', 'friend'), [])
  assert.deepEqual(await node.say('결말', 'somebody'), ['own.0'])
})
