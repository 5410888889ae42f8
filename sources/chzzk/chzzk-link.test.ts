import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPasted } from '../broadcast-link.ts'
import { parseChzzkLink } from './chzzk-link.ts'

const id = '0123456789abcdef0123456789abcdef'
const parsed = (pasted: string) => {
  const read = readPasted(pasted)
  return read && parseChzzkLink(read)
}

test('every form of a live channel is one link', () => {
  for (const pasted of [
    id,
    id.toUpperCase(),
    `https://chzzk.naver.com/live/${id}`,
    `https://chzzk.naver.com/live/${id}/chat`,
    `chzzk.naver.com/${id}`,
    `m.chzzk.naver.com/live/${id}?utm_source=share`,
    `https://chzzk.naver.com/${id}/videos`,
  ]) {
    const result = parsed(pasted)
    assert.ok(result?.ok, pasted)
    assert.equal(result.link.channelId, `chzzk:${id}`)
    assert.equal(result.link.url, `https://chzzk.naver.com/live/${id}`)
    assert.equal(result.link.continues, true)
  }
})

test('videos, clips, the front page and half an id are no live channel', () => {
  for (const pasted of [
    'video/123',
    'clips/abc',
    '',
    'live',
    `live/${id.slice(1)}`,
    `live/${id}/chat/x`,
    `${id}/a/b`,
  ]) {
    const result = parsed(`https://chzzk.naver.com/${pasted}`)
    assert.ok(result && !result.ok && result.code === 'LINK_NOT_A_BROADCAST', pasted)
  }
  for (const pasted of [
    id.slice(1),
    `${id}0`,
    `https://chzzk.naver.com.evil.com/live/${id}`,
    `https://naver.com/live/${id}`,
  ])
    assert.equal(parsed(pasted) ?? null, null, pasted)
})
