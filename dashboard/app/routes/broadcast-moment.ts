import type { LoaderFunctionArgs } from '@remix-run/node'
import { roleAllows } from '../../accounts/account.ts'
import { samplesOf, wordsOf } from '../../live/moment.ts'
import { toWire } from '../../live/to-wire.ts'
import { requireRoleIn } from '../access.ts'
import { parseBroadcastSlug } from '../broadcast-id.ts'
import type { MomentView } from '../wire.ts'

const MESSAGES = 500
const WORDS = 5
const AUTHORS = 40
const LONGEST_MS = 60 * 60_000
/** Somebody who first wrote so shortly before belongs to those who came. */
const CAME_MS = 5 * 60_000

/** What a stretch that stands out was about, and whether people came for it or were there already. */
export async function loader({ params, request, context }: LoaderFunctionArgs) {
  const ref = parseBroadcastSlug(params.slug)
  const person = requireRoleIn(context, 'viewer', ref?.channelId, request)
  const search = new URL(request.url).searchParams
  const from = Number(search.get('from'))
  const to = Number(search.get('to'))
  if (!ref || !Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to <= from || to - from > LONGEST_MS)
    throw new Response(null, { status: 400 })
  const { messages } = await context.archive.search({
    channelId: ref.channelId,
    broadcastIds: [ref.broadcastId],
    from,
    to,
    order: 'oldest',
    limit: MESSAGES,
  })
  const maskSeverity = context.hub.maskSeverity(ref.channelId)
  const authors = [...new Set(messages.map(({ message }) => message.author.id))].slice(0, AUTHORS)
  const firstAt = roleAllows(person.role, 'moderator') ? await context.newcomers.firstAt(ref.channelId, authors) : null
  const view: MomentView = {
    words: wordsOf(messages, WORDS).map(({ word }) => word),
    samples: samplesOf(messages).map((message) => toWire(message, maskSeverity)),
    newShare:
      firstAt && authors.length > 0
        ? authors.filter((id) => (firstAt[id] ?? 0) >= from - CAME_MS).length / authors.length
        : null,
  }
  return Response.json(view)
}
