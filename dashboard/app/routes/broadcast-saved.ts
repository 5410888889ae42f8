import { type ActionFunctionArgs, redirect } from '@remix-run/node'
import { requireRoleIn } from '../access.ts'
import { parseBroadcastSlug } from '../broadcast-id.ts'
import { panelNames } from '../live/layout.ts'

const saved: readonly string[] = [...panelNames, 'minutes']

/** Writes down that a panel was taken along as a file. A browser makes the file, of what stands on its page already. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const ref = parseBroadcastSlug(params.slug)
  requireRoleIn(context, 'viewer', ref?.channelId, request)
  const form = await request.formData()
  const what = saved.find((name) => name === form.get('panel'))
  if (!ref || !what) throw new Response(null, { status: 400 })
  context.tell({ kind: 'export', ...ref, details: { what, format: form.get('format') === 'png' ? 'png' : 'csv' } })
  return new Response(null, { status: 204 })
}

export const loader = () => redirect('/')
