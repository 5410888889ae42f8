import { type ActionFunctionArgs, redirect } from '@remix-run/node'
import type { ProfanitySpan } from '#schemas/types.ts'
import { requireRoleIn } from '../access.ts'
import { parseChannelId } from '../channel-path.ts'
import { errorCode } from '../error-code.ts'
import { draftOf } from '../read-rules-form.ts'

export type TriedAnswer =
  | { readonly text: string; readonly spans: readonly ProfanitySpan[] }
  | { readonly code: string; readonly message: string }

/** A sentence under the rules in force and those of the form. Changes nothing. */
export async function action({ request, params, context }: ActionFunctionArgs): Promise<Response> {
  const channelId = parseChannelId(params.channelId)
  requireRoleIn(context, 'moderator', channelId, request)
  if (!channelId) throw new Response(null, { status: 404 })
  const form = await request.formData()
  const text = String(form.get('text') ?? '')
    .normalize('NFC')
    .slice(0, 2_000)
  try {
    const spans = await context.commands.tryRules(channelId, draftOf(form), text)
    return Response.json({ text, spans } satisfies TriedAnswer)
  } catch (cause) {
    const code = errorCode(cause, 'CommandError')
    if (!code) throw cause
    return Response.json({ code, message: (cause as Error).message } satisfies TriedAnswer)
  }
}

export const loader = () => redirect('/')
