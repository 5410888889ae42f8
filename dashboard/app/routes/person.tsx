import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import { offenceDays } from '#processors/offence-history.ts'
import { NOTE, SANCTION } from '#processors/sanction.ts'
import { toWire } from '../../live/to-wire.ts'
import { requireRoleIn } from '../access.ts'
import { channelPath, parsePerson } from '../channel-path.ts'
import { channelZone } from '../channel-zone.server.ts'
import { PersonActions } from '../components/moderation/person-actions.tsx'
import { PersonFigures } from '../components/moderation/person-figures.tsx'
import { PersonForms } from '../components/moderation/person-forms.tsx'
import { PersonMessages } from '../components/moderation/person-messages.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { errorCode } from '../error-code.ts'
import { personChange } from '../person-change.server.ts'
import { readPreferences } from '../preferences.ts'
import { useModerationText } from '../text/moderation-text.ts'
import { zoneOffsetMs } from '../zone-offset.ts'

const PAGE = 50
const DAYS = 30
/** Offences that the drawing stands on; older ones have halved away many times over. */
const OFFENCES = 500
const ACTIONS = 200

export async function loader({ params, context, request }: LoaderFunctionArgs) {
  const place = parsePerson(params)
  requireRoleIn(context, 'moderator', place?.channelId, request)
  if (!place) throw new Response(null, { status: 404 })
  const { archive, hub } = context
  const search = new URL(request.url).searchParams
  const text = (search.get('q') ?? '').trim().slice(0, 200)
  const severity = [1, 2, 3].find((level) => String(level) === search.get('severity')) ?? 0
  const cursor = search.get('cursor')?.slice(0, 100)
  const own = { ...place, includeDeleted: true }
  const [history, page, offences, taken, platform, rules, broadcasts] = await Promise.all([
    archive.author(place.channelId, place.authorId),
    archive.search({
      ...own,
      ...(text && { text }),
      ...(severity > 0 && { minSeverity: severity }),
      ...(cursor && { cursor }),
      order: 'newest',
      limit: PAGE,
    }),
    archive.search({ ...own, minSeverity: 1, order: 'newest', limit: OFFENCES }),
    archive.actions({
      ...place,
      kinds: [NOTE, SANCTION, 'author-allowed', 'author-flagged', 'evidence'],
      limit: ACTIONS,
    }),
    archive.platformSanctions(place.channelId, place.authorId, ACTIONS),
    context.commands.rules(place.channelId),
    archive.broadcasts({ limit: 200 }),
  ])
  const now = Date.now()
  const titles = new Map(
    broadcasts
      .filter(({ channelId }) => channelId === place.channelId)
      .map(({ broadcastId, title, startedAt }) => [broadcastId, title || String(startedAt)]),
  )
  const zone = channelZone(context, place.channelId)
  return {
    ...place,
    channelZone: zone,
    channelName: broadcasts.find(({ channelId }) => channelId === place.channelId)?.channelName || place.channelId,
    name: history?.names[0] ?? place.authorId,
    figures: history && { ...history, recent: undefined },
    isAllowed: rules.allowedAuthors.includes(place.authorId),
    days: offenceDays(
      offences.messages.map(({ message, severity }) => ({ at: message.timestamp, severity })),
      now,
      DAYS,
      zoneOffsetMs(zone ?? readPreferences(request).timeZone, now),
    ),
    actions: taken.actions,
    platform,
    form: { text, severity },
    messages: page.messages.map((message) => ({
      broadcastId: message.message.broadcastId,
      title: titles.get(message.message.broadcastId) ?? message.message.broadcastId,
      message: toWire(message, hub.maskSeverity(place.channelId), message.deletedAt),
    })),
    total: page.total,
    next: page.next,
  }
}

export type PersonData = ReturnType<typeof useLoaderData<typeof loader>>
export type PersonAnswer = { readonly done: string } | { readonly code: string }

export async function action({ params, context, request }: ActionFunctionArgs) {
  const place = parsePerson(params)
  const person = requireRoleIn(context, 'moderator', place?.channelId, request)
  if (!place) throw new Response(null, { status: 404 })
  try {
    const done = await personChange(context, person, place, await request.formData())
    return done === null
      ? data<PersonAnswer>({ code: 'SANCTION_INVALID' }, { status: 400 })
      : data<PersonAnswer>({ done })
  } catch (cause) {
    const code = errorCode(cause, 'CommandError')
    if (!code) throw cause
    return data<PersonAnswer>({ code }, { status: 400 })
  }
}

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.name ?? ''} — JAVAS` }]

export default function PersonPage() {
  const loaded = useLoaderData<typeof loader>()
  const m = useModerationText()
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="person-page">
        <header className="sheet-section">
          <p className="note">
            <Link to={channelPath(loaded.channelId, '/people')}>
              {m.people.title} · <bdi>{loaded.channelName}</bdi>
            </Link>
          </p>
          <h1>
            <bdi>{loaded.name}</bdi>
          </h1>
          <p className="note">{m.person.private}</p>
        </header>
        <PersonFigures {...loaded} />
        <div className="person-pair">
          <PersonForms {...loaded} />
          <PersonActions {...loaded} />
        </div>
        <PersonMessages {...loaded} />
      </main>
    </div>
  )
}
