import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ArchiveQuery } from '#sinks/archive.ts'
import { MINUTE, wordTrend } from './word-trend.ts'

test('a long broadcast is asked for piece by piece, and every minute is counted where it belongs', async () => {
  const asked: (readonly [number, number, number])[] = []
  const archive = {
    async histogram({ from, to }: ArchiveQuery, buckets: number) {
      asked.push([from! / MINUTE, to! / MINUTE, buckets])
      const start = to! - MINUTE
      return [{ start, end: to!, messages: start / MINUTE, negative: 0 }]
    },
  }
  const counts = await wordTrend(archive, { channelId: 'a:b', broadcastId: 'c' }, '말', { from: 0, to: 2_100 * MINUTE })
  assert.deepEqual(asked, [
    [0, 1000, 1000],
    [1000, 2000, 1000],
    [2000, 2100, 100],
  ])
  assert.equal(counts.length, 2_100)
  assert.deepEqual([counts[0], counts[999], counts[1999], counts[2099]], [0, 999, 1999, 2099])
})
