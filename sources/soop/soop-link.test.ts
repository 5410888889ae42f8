import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPasted } from '../broadcast-link.ts'
import { parseSoopLink } from './soop-link.ts'

const parsed = (pasted: string) => {
  const read = readPasted(pasted)
  return read && parseSoopLink(read)
}

test('every host and form of a channel is one link, without the number of a broadcast', () => {
  for (const pasted of [
    'https://play.sooplive.com/cheese',
    'https://play.sooplive.com/cheese/291000001',
    'https://play.sooplive.com/Cheese/null',
    'https://play.sooplive.co.kr/cheese/1?x=1',
    'https://play.afreecatv.com/cheese',
    'https://play-origin.sooplive.com/cheese',
    'play.sooplive.com/chat/cheese',
    'https://www.sooplive.com/station/cheese',
    'https://www.sooplive.co.kr/station/cheese',
    'sooplive.com/station/cheese',
    'https://ch.sooplive.co.kr/cheese',
    'https://bj.afreecatv.com/cheese',
    'https://m.sooplive.com/cheese',
    'https://m.sooplive.co.kr/station/cheese',
  ]) {
    const result = parsed(pasted)
    assert.ok(result?.ok, pasted)
    assert.equal(result.link.channelId, 'soop:cheese')
    assert.equal(result.link.url, 'https://play.sooplive.com/cheese')
  }
})

test('recordings, pages and hosts that only look alike are none', () => {
  for (const pasted of [
    'vod.sooplive.com/player/123',
    'play.sooplive.com/',
    'www.sooplive.com/cheese',
    'play.sooplive.com/a/b/c',
  ])
    assert.deepEqual(parsed(pasted) && (parsed(pasted) as { code?: string }).code, 'LINK_NOT_A_BROADCAST', pasted)
  for (const pasted of [
    'evil.sooplive.com/cheese',
    'play.sooplive.com.evil/cheese',
    'playsooplive.com/cheese',
    'cheese',
  ])
    assert.equal(parsed(pasted) ?? null, null, pasted)
})
