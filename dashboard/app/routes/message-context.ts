/** What was written before and after a message, masked as everywhere. */
import type { LoaderFunctionArgs } from '@remix-run/node'
import { toWire } from '../../live/to-wire.ts'
import { requireRoleIn } from '../access.ts'
import { parseChannelId } from '../channel-path.ts'
import type { WireMessage } from '../wire.ts'

const AROUND = 8

export interface MessageContext {
  readonly messages: readonly WireMessage[]
}

export async function loader({ params, context, request }: LoaderFunctionArgs): Promise<Response> {
  const channelId = parseChannelId(params.channelId)
  requireRoleIn(context, 'moderator', channelId, request)
  const id = new URL(request.url).searchParams.get('message') ?? ''
  if (!channelId || id === '' || id.length > 300) throw new Response(null, { status: 404 })
  const found = await context.archive.context(channelId, id, { before: AROUND, after: AROUND })
  const severity = context.hub.maskSeverity(channelId)
  const messages = found.map((message) => toWire(message, severity, message.deletedAt))
  return Response.json({ messages } satisfies MessageContext)
}
