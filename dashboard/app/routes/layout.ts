import { type ActionFunctionArgs, redirect } from '@remix-run/node'
import { requireRole } from '../access.ts'
import { LAYOUT, parseLayout } from '../live/layout.ts'

/** Keeps where a person has put the panels; for them alone, on every device. */
export async function action({ request, context }: ActionFunctionArgs) {
  const person = requireRole(context, 'viewer', request)
  const layout = parseLayout(String((await request.formData()).get('layout') ?? ''))
  if (!layout) return Response.json({ code: 'LAYOUT_INVALID' }, { status: 400 })
  await context.accounts.setPreference(person.name, LAYOUT, JSON.stringify(layout))
  return Response.json({ done: true })
}

export const loader = () => redirect('/')
