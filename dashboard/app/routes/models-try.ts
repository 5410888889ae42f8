import { type ActionFunctionArgs, redirect } from '@remix-run/node'
import { LONGEST_SENTENCE } from '../../models-description.ts'
import { requireRole } from '../access.ts'

/** A sentence through the analysis, for the page of the models. Keeps nothing. */
export async function action({ context, request }: ActionFunctionArgs): Promise<Response> {
  requireRole(context, 'moderator', request)
  const text = String((await request.formData()).get('text') ?? '').slice(0, LONGEST_SENTENCE)
  if (text.trim() === '') return Response.json({ code: 'SENTENCE_EMPTY' }, { status: 400 })
  return Response.json(await context.models.try(text))
}

export const loader = () => redirect('/models')
