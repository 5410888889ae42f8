import type { LoaderFunctionArgs } from '@remix-run/node'
import { MINUTE, wordTrend } from '../../live/word-trend.ts'
import { requireRoleIn } from '../access.ts'
import { parseBroadcastSlug } from '../broadcast-id.ts'
import type { TrendView } from '../wire.ts'

const MOST_WORDS = 8
const LONGEST_WORD = 100
const LONGEST_MS = 48 * 60 * MINUTE

/** How often words were said in each minute between two. */
export async function loader({ params, request, context }: LoaderFunctionArgs) {
  const ref = parseBroadcastSlug(params.slug)
  requireRoleIn(context, 'viewer', ref?.channelId, request)
  const search = new URL(request.url).searchParams
  const words = search.getAll('word')
  const from = Number(search.get('from'))
  const to = Number(search.get('to'))
  const isMinute = (at: number) => Number.isSafeInteger(at) && at > 0 && at % MINUTE === 0
  const isWord = (word: string) => word.trim() !== '' && word.length <= LONGEST_WORD
  if (!ref || !isMinute(from) || !isMinute(to) || to <= from || to - from > LONGEST_MS)
    throw new Response(null, { status: 400 })
  if (words.length === 0 || words.length > MOST_WORDS || !words.every(isWord)) throw new Response(null, { status: 400 })
  const trends: TrendView['trends'][number][] = []
  for (const word of words) trends.push({ word, counts: await wordTrend(context.archive, ref, word, { from, to }) })
  return Response.json({ from, trends } satisfies TrendView)
}
