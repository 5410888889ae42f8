import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withEmotes } from './soop-emotes.ts'

const shown = (text: string) => withEmotes(text).map((run) => (run.emote ? [run.text, run.emote.url] : run.text))
const picture = (number: number) => `https://res.sooplive.com/images/chat/emoticon/big/${number}.png`

test('a short code of the platform is an emote with the picture of its number', () => {
  assert.deepEqual(shown('오늘 /하트/ 최고/샤방//근육녀/'), [
    '오늘 ',
    ['/하트/', picture(79)],
    ' 최고',
    ['/샤방/', picture(1)],
    ['/근육녀/', picture(101)],
  ])
  assert.deepEqual(shown('/더럽/'), [['/더럽/', picture(24)]])
})

test('what is no code stays text, and a slash that closes none may open one', () => {
  for (const text of [
    '',
    '/',
    '//',
    '///',
    '/없는말/',
    '1/2',
    'https://soop.live/a/b',
    '/하트',
    '하트/',
    '/ 하트 /',
    '/__proto__/',
  ])
    assert.deepEqual(shown(text), [text])
  assert.deepEqual(shown('가/나/하트/'), ['가/나', ['/하트/', picture(79)]])
  assert.deepEqual(shown('/ㅋㅋ/ㅋㅋ/'), [['/ㅋㅋ/', picture(33)], 'ㅋㅋ/'])
})

test('nothing that is written is lost, whatever it is', () => {
  const pieces = ['/', '하트', 'ㅋㅋ', ' ', 'a', '/하트/', '\u{1f600}', '//']
  let seed = 7
  for (let round = 0; round < 2_000; round += 1) {
    let text = ''
    for (let n = 0; n < 12; n += 1) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      text += pieces[seed % pieces.length]
    }
    assert.equal(
      withEmotes(text)
        .map((run) => run.text)
        .join(''),
      text,
    )
  }
})
