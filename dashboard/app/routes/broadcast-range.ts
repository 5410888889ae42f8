import type { LoaderFunctionArgs } from '@remix-run/node'
import type { ArchivedMessage } from '#sinks/archive.ts'
import { toWire } from '../../live/to-wire.ts'
import { requireRole } from '../access.ts'
import { parseBroadcastSlug } from '../broadcast-id.ts'
import type { RangeView, RangeWord } from '../wire.ts'

const MESSAGES = 500
const WORDS = 60
const LONGEST_MS = 48 * 60 * 60 * 1000

/** What was said between two minutes: messages, and their words. */
export async function loader({ params, request, context }: LoaderFunctionArgs) {
  requireRole(context, 'viewer', request)
  const ref = parseBroadcastSlug(params.slug)
  const search = new URL(request.url).searchParams
  const from = Number(search.get('from'))
  const to = Number(search.get('to'))
  if (!ref || !Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to <= from || to - from > LONGEST_MS)
    throw new Response(null, { status: 400 })
  const { archive, hub } = context
  const page = await archive.search({
    channelId: ref.channelId,
    broadcastIds: [ref.broadcastId],
    from,
    to,
    includeDeleted: true,
    order: 'oldest',
    limit: MESSAGES,
  })
  const maskSeverity = hub.maskSeverity(ref.channelId)
  const view: RangeView = {
    from,
    to,
    messages: page.messages.map((message) => toWire(message, maskSeverity, message.deletedAt)),
    total: page.total,
    words: wordsOf(page.messages),
  }
  return Response.json(view)
}

/** Content words, heaviest first. A word that is part of anything masked is never among them. */
function wordsOf(messages: readonly ArchivedMessage[]): readonly RangeWord[] {
  const words = new Map<string, { count: number; positive: number; negative: number }>()
  for (const { message, tokens, profanity, sentiment } of messages) {
    const hidden = profanity.map(({ start, end }) => message.text.slice(start, end).toLowerCase())
    for (const word of new Set([...tokens.words, ...tokens.emotes])) {
      if (hidden.some((text) => text.includes(word) || word.includes(text))) continue
      const entry = words.get(word) ?? { count: 0, positive: 0, negative: 0 }
      entry.count += 1
      if (sentiment?.label === 'positive') entry.positive += 1
      if (sentiment?.label === 'negative') entry.negative += 1
      words.set(word, entry)
    }
  }
  return [...words]
    .map(([word, entry]) => ({ word, ...entry }))
    .sort((left, right) => right.count - left.count)
    .slice(0, WORDS)
}
