import { type ActionFunctionArgs, redirect } from '@remix-run/node'
import { FEEDBACK, feedbackDetails, feedbackOf } from '#processors/feedback.ts'
import { requireRole, requireRoleIn } from '../access.ts'
import { parseBroadcastSlug } from '../broadcast-id.ts'
import { errorCode } from '../error-code.ts'

export type FeedbackAnswer = { readonly done: true } | { readonly code: string }

/** A person's verdict on what the analysis said of one message. What was said is read from the archive, never believed from the form. */
export async function action({ request, context }: ActionFunctionArgs): Promise<Response> {
  requireRole(context, 'moderator', request)
  const form = await request.formData()
  const place = parseBroadcastSlug(String(form.get('broadcast') ?? ''))
  requireRoleIn(context, 'moderator', place?.channelId, request)
  const messageId = String(form.get('message') ?? '')
  const found = place && (await context.archive.message(place.channelId, messageId))
  if (!place || !found || found.message.broadcastId !== place.broadcastId)
    return Response.json({ code: 'MESSAGE_NOT_FOUND' } satisfies FeedbackAnswer, { status: 404 })
  const about = form.get('about') === 'profanity' ? 'profanity' : 'sentiment'
  const details = feedbackDetails({
    about,
    isRight: form.get('verdict') === 'right',
    shown: about === 'sentiment' ? (found.sentiment?.label ?? '') : String(found.severity),
    expected: String(form.get('expected') ?? ''),
    model: about === 'sentiment' ? (found.sentiment?.model ?? '') : (found.abuse?.model ?? ''),
  })
  if (!feedbackOf({ kind: FEEDBACK, details }))
    return Response.json({ code: 'FEEDBACK_INVALID' } satisfies FeedbackAnswer, { status: 400 })
  try {
    await context.act({
      kind: FEEDBACK,
      ...place,
      messageId,
      authorId: found.message.author.id,
      details,
    })
  } catch (cause) {
    const code = errorCode(cause, 'CommandError')
    if (!code) throw cause
    return Response.json({ code } satisfies FeedbackAnswer, { status: 500 })
  }
  return Response.json({ done: true } satisfies FeedbackAnswer)
}

export const loader = () => redirect('/archive')
