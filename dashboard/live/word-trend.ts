/** How often a word is said, minute by minute: counted by the archive, so that it is known of every word of any broadcast. */
import type { ArchiveReader } from '#sinks/archive.ts'
import type { BroadcastRef } from '../app/broadcast-id.ts'

export const MINUTE = 60_000
/** Bars that one question to an archive may have. */
const MOST_BARS = 1000

/**
 * Messages with `word` in each minute of [from, to), as a click on the word finds them; what was taken away upstream is
 * not counted.
 * @param from a whole minute, as is `to`
 */
export async function wordTrend(
  archive: Pick<ArchiveReader, 'histogram'>,
  { channelId, broadcastId }: BroadcastRef,
  word: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly number[]> {
  const counts = new Array<number>((to - from) / MINUTE).fill(0)
  for (let start = from; start < to; start += MOST_BARS * MINUTE) {
    const end = Math.min(to, start + MOST_BARS * MINUTE)
    const query = { channelId, broadcastIds: [broadcastId], text: word, from: start, to: end }
    for (const bar of await archive.histogram(query, (end - start) / MINUTE))
      counts[(bar.start - from) / MINUTE] = bar.messages
  }
  return counts
}
