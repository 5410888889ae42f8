import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseChannelId } from './channel-path.ts'
import { dictionaryOf, draftOf } from './read-rules-form.ts'

test('each line of the form is a rule, each once', () => {
  const form = new FormData()
  form.set('patterns', ' 스포 \n\n스포\n결말*')
  form.set('list', 'block')
  form.set('form', 'wildcard')
  form.set('severity', '3')
  const rest = { list: 'block', form: 'wildcard', severity: 3, note: '' }
  assert.deepEqual(draftOf(form), [
    { ...rest, pattern: '스포' },
    { ...rest, pattern: '결말*' },
  ])
})

test('a dictionary line is a word, and what else people write for it', () => {
  assert.deepEqual(dictionaryOf('페이커: 대상혁, 불사대마왕\n갈고리\n'), [
    { word: '페이커', variants: ['대상혁', '불사대마왕'] },
    { word: '갈고리', variants: [''] },
  ])
})

test('a channel in a path has a platform and a name', () => {
  for (const [param, channel] of [
    ['twitch:kimchi', 'twitch:kimchi'],
    ['naver-shopping:12', 'naver-shopping:12'],
    ['kimchi', null],
    [`twitch:${'a'.repeat(400)}`, null],
    ['twitch:a~b', null],
    [undefined, null],
  ] as const)
    assert.equal(parseChannelId(param), channel)
})
