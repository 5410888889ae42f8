import { type ActionFunctionArgs, redirect } from '@remix-run/node'
import { requireRoleIn } from '../access.ts'
import { parseBroadcastSlug } from '../broadcast-id.ts'
import { errorCode } from '../error-code.ts'
import { settingsChanged } from '../settings-changed.ts'

const WORDS = 200
const WORD_LENGTH = 40
const LONGEST_ZONE = 100

export async function action({ request, params, context }: ActionFunctionArgs) {
  const ref = parseBroadcastSlug(params.slug)
  const person = requireRoleIn(context, 'moderator', ref?.channelId, request)
  if (!ref) throw new Response(null, { status: 404 })
  const form = await request.formData()
  const words = (name: string) =>
    [
      ...new Set(
        String(form.get(name) ?? '')
          .split('\n')
          .map((word) => word.trim()),
      ),
    ].filter(Boolean)
  const before = await context.commands.settings(ref.channelId)
  const { offenceCount, offenceSeverity, offenceMinutes } = before
  // A form that says nothing of them leaves them as they are.
  const number = (name: 'quietSeconds' | 'watchCount' | 'watchMinutes') =>
    form.has(name) ? Number(form.get(name)) : before[name]
  const settings = {
    channelId: ref.channelId,
    maskSeverity: Number(form.get('maskSeverity')),
    blockedWords: words('blockedWords'),
    allowedWords: words('allowedWords'),
    surgeShare: Number(form.get('surgeShare')) / 100,
    surgeRatio: Number(form.get('surgeRatio')),
    surgeMessages: Number(form.get('surgeMessages')),
    profanityShare: form.has('profanityShare') ? Number(form.get('profanityShare')) / 100 : before.profanityShare,
    quietSeconds: number('quietSeconds'),
    watchWords: form.has('watchWords') ? words('watchWords') : before.watchWords,
    watchCount: number('watchCount'),
    watchMinutes: number('watchMinutes'),
    timeZone: form.has('timeZone') ? String(form.get('timeZone')).slice(0, LONGEST_ZONE) : before.timeZone,
    // Set on the page of the channel's people.
    ...{ offenceCount, offenceSeverity, offenceMinutes },
  }
  const within = (value: number, least: number, most: number) => value >= least && value <= most
  const isValid =
    [1, 2, 3].includes(settings.maskSeverity) &&
    [...settings.blockedWords, ...settings.allowedWords].every((word) => word.length <= WORD_LENGTH) &&
    settings.blockedWords.length <= WORDS &&
    settings.allowedWords.length <= WORDS &&
    within(settings.surgeShare, 0.01, 0.99) &&
    within(settings.surgeRatio, 1, 20) &&
    Number.isInteger(settings.surgeMessages) &&
    within(settings.surgeMessages, 5, 10_000)
  if (!isValid) return Response.json({ code: 'SETTINGS_INVALID' }, { status: 400 })
  try {
    await context.commands.saveSettings(settings, person.name)
  } catch (cause) {
    const code = errorCode(cause, 'CommandError')
    if (code) return Response.json({ code }, { status: 400 })
    throw cause
  }
  await context.act({ kind: 'settings-changed', channelId: ref.channelId, details: settingsChanged(before, settings) })
  return Response.json({ saved: { ...settings, updatedAt: Date.now(), updatedBy: person.name } })
}

export const loader = () => redirect('/')
