import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chatMessage } from '../chat-message.ts'
import { actionMeaning } from './chat-action.ts'
import { monthsOf } from './chat-author.ts'
import goldens from './golden.json' with { type: 'json' }

const broadcast = {
  ...{ source: 'youtube', channelId: 'youtube:@cheese', broadcastId: 'AbCdEfGhIjk' },
  ...{ url: '', title: '', channelName: '' },
}
const context = { broadcast, receivedAt: 1_795_400_005_000, isHistory: false }

for (const { name, action, meaning } of goldens)
  test(`${name} means what it always meant`, () => {
    const { draft, ...found } = actionMeaning(action, context) as { draft?: Parameters<typeof chatMessage>[0] }
    const message = draft && chatMessage(draft)
    assert.deepEqual(JSON.parse(JSON.stringify({ ...found, ...(message && { message }) })), meaning)
  })

test('whatever stands in an action, it is given a meaning', () => {
  const wrong = [
    null,
    undefined,
    0,
    '',
    [],
    {},
    { a: null },
    { addChatItemAction: null },
    { addChatItemAction: { item: [] } },
  ]
  const hostile = {
    addChatItemAction: { item: { __proto__: { x: 1 }, liveChatTextMessageRenderer: { id: {}, message: { runs: 7 } } } },
  }
  for (const action of [...wrong, hostile, JSON.parse('{"addChatItemAction":{"item":{"constructor":{"id":1}}}}')])
    assert.ok(actionMeaning(action, context).type)
})

test('an action that comes again has the same id', () => {
  const again = (action: unknown) => {
    const meaning = actionMeaning(action, { ...context, receivedAt: context.receivedAt + 1_000 })
    return meaning.type === 'ignored' ? '' : meaning.draft.id
  }
  for (const { action, meaning } of goldens) if (meaning.message) assert.equal(again(action), meaning.message.id)
})

test('months of membership stand in the tooltip', () => {
  assert.deepEqual(['Member (6 months)', 'Member (1 year)', 'New member', ''].map(monthsOf), [6, 12, null, null])
})
