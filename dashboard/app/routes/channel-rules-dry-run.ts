import { type ActionFunctionArgs, redirect } from '@remix-run/node'
import type { DryRun } from '#processors/channel-rules/dry-run.ts'
import { requireRoleIn } from '../access.ts'
import { parseChannelId } from '../channel-path.ts'
import type { DryRunScope } from '../context.ts'
import { errorCode } from '../error-code.ts'
import { draftOf } from '../read-rules-form.ts'

export type DryRunAnswer = DryRun | { readonly code: string; readonly message: string }

/** What the rules of the form would have changed in the last hour or in a broadcast. Changes nothing. */
export async function action({ request, params, context }: ActionFunctionArgs): Promise<Response> {
  const channelId = parseChannelId(params.channelId)
  requireRoleIn(context, 'moderator', channelId, request)
  if (!channelId) throw new Response(null, { status: 404 })
  const form = await request.formData()
  const [kind, broadcastId = ''] = String(form.get('scope') ?? '').split(/ (.*)/s)
  const scope: DryRunScope = kind === 'broadcast' ? { broadcastId } : 'last-hour'
  try {
    const answer = await context.commands.dryRunRules(channelId, draftOf(form), scope, request.signal)
    return Response.json(answer satisfies DryRunAnswer)
  } catch (cause) {
    const code = errorCode(cause, 'CommandError')
    if (!code) throw cause
    return Response.json({ code, message: (cause as Error).message } satisfies DryRunAnswer)
  }
}

export const loader = () => redirect('/')
