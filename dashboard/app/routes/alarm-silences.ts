/** Silences of one channel for its page; what changes them is the action of the page of alarms. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { requireRoleIn } from '../access.ts'
import { action as alarmsAction } from './alarms.tsx'

const LONGEST_ID = 300

export async function loader({ request, context }: LoaderFunctionArgs): Promise<Response> {
  const channelId = (new URL(request.url).searchParams.get('channel') ?? '').slice(0, LONGEST_ID)
  requireRoleIn(context, 'viewer', channelId, request)
  const silences = context.alarms?.silences(channelId) ?? []
  return Response.json({
    silences: silences.map(({ id, alertKind, until, by, reason }) => ({ id, kind: alertKind, until, by, reason })),
  })
}

/** The page's answer as a plain one: there is no page here that would take its status over. */
export async function action(asked: ActionFunctionArgs): Promise<Response> {
  const { data, init } = await alarmsAction(asked)
  return Response.json(data, init ?? undefined)
}
