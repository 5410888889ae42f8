import type { LoaderFunctionArgs } from '@remix-run/node'
import { requireRoleIn } from '../access.ts'
import { parseBroadcastSlug } from '../broadcast-id.ts'

/** Authors that one request may ask about. */
export const MOST_AUTHORS = 40
const LONGEST_ID = 200

/** When authors first wrote in this channel: who is new here is for moderators. */
export async function loader({ params, request, context }: LoaderFunctionArgs) {
  const ref = parseBroadcastSlug(params.slug)
  requireRoleIn(context, 'moderator', ref?.channelId, request)
  const ids = new URL(request.url).searchParams.getAll('id')
  if (!ref || ids.length > MOST_AUTHORS || ids.some((id) => id.length > LONGEST_ID))
    throw new Response(null, { status: 400 })
  return Response.json({ firstAt: await context.newcomers.firstAt(ref.channelId, ids) })
}
