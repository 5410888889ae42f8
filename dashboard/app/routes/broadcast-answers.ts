import { type ActionFunctionArgs, redirect } from '@remix-run/node'
import { QUESTION_ANSWERED } from '../../live/answers.ts'
import { requireRoleIn } from '../access.ts'
import { parseBroadcastSlug } from '../broadcast-id.ts'
import { errorCode } from '../error-code.ts'

/** Says for everybody who watches whether a question was answered. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const ref = parseBroadcastSlug(params.slug)
  requireRoleIn(context, 'moderator', ref?.channelId, request)
  if (!ref) throw new Response(null, { status: 404 })
  const form = await request.formData()
  const messageId = String(form.get('question') ?? '')
  const answered = form.get('answered') === 'true' ? 'true' : 'false'
  if (messageId === '' || messageId.length > 300) return Response.json({ code: 'MESSAGE_NOT_FOUND' }, { status: 400 })
  try {
    await context.act({ kind: QUESTION_ANSWERED, ...ref, messageId, details: { answered } })
  } catch (cause) {
    const code = errorCode(cause, 'CommandError')
    if (!code) throw cause
    return Response.json({ code }, { status: 500 })
  }
  return Response.json({ done: true })
}

export const loader = () => redirect('/')
