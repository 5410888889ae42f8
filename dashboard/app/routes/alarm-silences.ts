/** Silences of one channel for its page; what changes them is the action of the page of alarms. */
import type { LoaderFunctionArgs } from '@remix-run/node'
import { requireRole } from '../access.ts'
import { action as alarmsAction } from './alarms.tsx'

const LONGEST_ID = 300

export async function loader({ request, context }: LoaderFunctionArgs): Promise<Response> {
  requireRole(context, 'viewer', request)
  const channelId = (new URL(request.url).searchParams.get('channel') ?? '').slice(0, LONGEST_ID)
  const silences = context.alarms?.silences(channelId) ?? []
  return Response.json({
    silences: silences.map(({ id, alertKind, until, by, reason }) => ({ id, kind: alertKind, until, by, reason })),
  })
}

export const action = alarmsAction
