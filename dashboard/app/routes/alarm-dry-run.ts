import { type ActionFunctionArgs, redirect } from '@remix-run/node'
import type { WouldRing } from '#processors/alerts/dry-run-alerts.ts'
import { requireRole, requireRoleIn } from '../access.ts'
import { parseBroadcastSlug } from '../broadcast-id.ts'

const MOST_RINGS = 200
const MOST_WORDS = 50
const LONGEST_WORD = 40

export type DryRunAnswer =
  | { readonly slug: string; readonly messages: number; readonly rings: readonly WouldRing[] }
  | { readonly code: string }

/** What would have rung in an archived broadcast under the form's thresholds; where it says nothing, under the channel's own. */
export async function action({ request, context }: ActionFunctionArgs): Promise<Response> {
  requireRole(context, 'moderator', request)
  const answer = (given: DryRunAnswer, status = 200) => Response.json(given, { status })
  const { alarms } = context
  if (!alarms) return answer({ code: 'ALARMS_OFF' }, 404)
  const form = await request.formData()
  const slug = String(form.get('broadcast') ?? '')
  const place = parseBroadcastSlug(slug)
  requireRoleIn(context, 'moderator', place?.channelId, request)
  const words = String(form.get('words') ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean)
  let isValid = place !== null && words.length <= MOST_WORDS && words.every((word) => word.length <= LONGEST_WORD)
  /** Null where nothing was typed. */
  const number = (name: string, least: number, most: number): number | null => {
    const text = String(form.get(name) ?? '').trim()
    if (text === '') return null
    const value = Number(text)
    if (!(value >= least && value <= most)) isValid = false
    return value
  }
  const [share, ratio, messages, profanity, count] = [
    number('share', 1, 99),
    number('ratio', 1, 20),
    number('messages', 5, 100_000),
    number('profanity', 1, 99),
    number('count', 1, 200),
  ]
  if (!place || !isValid) return answer({ code: 'REQUEST_INVALID' }, 400)
  const own = await context.commands.settings(place.channelId)
  const settings = {
    ...own,
    surgeShare: share === null ? own.surgeShare : share! / 100,
    surgeRatio: ratio ?? own.surgeRatio,
    surgeMessages: messages ?? own.surgeMessages,
    profanityShare: profanity === null ? own.profanityShare : profanity! / 100,
    watchWords: words.length > 0 ? words : own.watchWords,
    watchCount: count ?? own.watchCount,
  }
  try {
    const run = await alarms.dryRun(place.broadcastId, settings, request.signal)
    return answer({ slug, messages: run.messages, rings: run.rings.slice(0, MOST_RINGS) })
  } catch (cause) {
    const code = (cause as { readonly code?: unknown }).code
    return answer({ code: typeof code === 'string' ? code : 'COMMAND_FAILED' }, 400)
  }
}

export const loader = () => redirect('/alarms')
