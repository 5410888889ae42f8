import type { LoaderFunctionArgs } from '@remix-run/node'
import { wordsOf } from '../../live/moment.ts'
import { toWire } from '../../live/to-wire.ts'
import { requireRoleIn } from '../access.ts'
import { parseBroadcastSlug } from '../broadcast-id.ts'
import type { RangeView } from '../wire.ts'

const MESSAGES = 500
const WORDS = 60
const LONGEST_MS = 48 * 60 * 60 * 1000

/** What was said between two minutes: messages, and their words. */
export async function loader({ params, request, context }: LoaderFunctionArgs) {
  const ref = parseBroadcastSlug(params.slug)
  requireRoleIn(context, 'viewer', ref?.channelId, request)
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
    words: wordsOf(page.messages, WORDS),
  }
  return Response.json(view)
}
