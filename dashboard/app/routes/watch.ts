/** Starts, stops and deletes broadcasts. */
import { type ActionFunctionArgs, redirect } from '@remix-run/node'
import { roleAllows, roleIn } from '../../accounts/account.ts'
import { requireRole, requireRoleIn } from '../access.ts'
import { broadcastPath, parseBroadcastSlug } from '../broadcast-id.ts'
import { errorCode } from '../error-code.ts'

const LONGEST_LINK = 2000

export type WatchAnswer =
  | { readonly done: 'requested' | 'stopped' | 'removed'; readonly channelId?: string }
  | { readonly code: string }

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await request.formData()
  const intent = form.get('intent')
  const person = requireRole(context, intent === 'delete' ? 'owner' : 'moderator', request)
  try {
    if (intent === 'stop' || intent === 'delete') {
      const ref = parseBroadcastSlug(String(form.get('broadcast') ?? ''))
      if (!ref) return answer({ code: 'BROADCAST_NOT_FOUND' }, { status: 404 })
      requireRoleIn(context, intent === 'delete' ? 'owner' : 'moderator', ref.channelId, request)
      if (intent === 'stop') {
        await context.commands.stop(ref.channelId, person.name)
        await context.act({ kind: 'stop', ...ref })
        return answer({ done: 'stopped' })
      }
      await context.act({ kind: 'delete', ...ref })
      await context.commands.deleteBroadcast(ref.channelId, ref.broadcastId, person.name)
      return answer({ done: 'removed' })
    }
    const link = intent === 'demo' ? 'demo' : String(form.get('link') ?? '').trim()
    if (link === '' || link.length > LONGEST_LINK) return answer({ code: 'URL_INVALID' }, { status: 400 })
    if (
      person.channels !== null &&
      !roleAllows(roleIn(person, context.commands.channelOf(link)) ?? 'viewer', 'moderator')
    )
      return answer({ code: 'CHANNEL_NOT_YOURS' }, { status: 403 })
    const { channelId, broadcastId } = await context.commands.watch(link, person.name)
    await context.act({ kind: 'watch', channelId, text: link })
    if (broadcastId && context.hub.state(channelId)?.broadcastId === broadcastId)
      return redirect(broadcastPath({ channelId, broadcastId }))
    return answer({ done: 'requested', channelId })
  } catch (cause) {
    const code = errorCode(cause, 'CommandError')
    if (code) return answer({ code }, { status: 400 })
    throw cause
  }
}

const answer = (body: WatchAnswer, init?: ResponseInit) => Response.json(body, init)

export const loader = () => redirect('/')
