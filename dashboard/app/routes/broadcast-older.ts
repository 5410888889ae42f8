import type { LoaderFunctionArgs } from '@remix-run/node'
import { toWire } from '../../live/to-wire.ts'
import { requireRoleIn } from '../access.ts'
import { parseBroadcastSlug } from '../broadcast-id.ts'
import type { OlderView } from '../wire.ts'

const MESSAGES = 200

/** What was said before a message: the chat beyond what a browser keeps. */
export async function loader({ params, request, context }: LoaderFunctionArgs) {
  const ref = parseBroadcastSlug(params.slug)
  requireRoleIn(context, 'viewer', ref?.channelId, request)
  const search = new URL(request.url).searchParams
  const timestamp = Number(search.get('at'))
  const id = search.get('id') ?? ''
  if (!ref || !Number.isSafeInteger(timestamp) || timestamp <= 0 || id.length > 300)
    throw new Response(null, { status: 400 })
  const messages = await context.archive.recentMessages(ref.channelId, ref.broadcastId, {
    limit: MESSAGES,
    before: { timestamp, id },
  })
  const maskSeverity = context.hub.maskSeverity(ref.channelId)
  const view: OlderView = {
    messages: messages.map((message) => toWire(message, maskSeverity, message.deletedAt)),
    isAll: messages.length < MESSAGES,
  }
  return Response.json(view)
}
