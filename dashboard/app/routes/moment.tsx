import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import { toWire } from '../../live/to-wire.ts'
import { requireRoleIn } from '../access.ts'
import { broadcastPath, parseBroadcastSlug } from '../broadcast-id.ts'
import { channelZone } from '../channel-zone.server.ts'
import { ArchiveRow } from '../components/archive-row.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { alarmsText, useAlarmsText } from '../text/alarms-text.ts'
import { useText } from '../text/language.tsx'

const MESSAGES = 300
const LONGEST_MS = 6 * 60 * 60_000

/** The chat of some minutes, for whoever comes from a message about an alarm. */
export async function loader({ params, request, context }: LoaderFunctionArgs) {
  const place = parseBroadcastSlug(params.slug)
  requireRoleIn(context, 'viewer', place?.channelId, request)
  const search = new URL(request.url).searchParams
  const from = Number(search.get('from'))
  const to = Number(search.get('to'))
  const isTime =
    Number.isSafeInteger(from) && Number.isSafeInteger(to) && from > 0 && to > from && to - from <= LONGEST_MS
  if (!place || !isTime) throw new Response(null, { status: 404 })
  const { messages, next } = await context.archive.search({
    channelId: place.channelId,
    broadcastIds: [place.broadcastId],
    from,
    to,
    order: 'oldest',
    limit: MESSAGES,
  })
  const mask = context.hub.maskSeverity(place.channelId)
  return {
    place,
    channelZone: channelZone(context, place.channelId),
    from,
    to,
    messages: messages.map((one) => toWire(one, mask, one.deletedAt)),
    isCut: next !== null,
  }
}

export const meta: MetaFunction = ({ matches }) => {
  const root = matches.find(({ id }) => id === 'root')?.data as { readonly language?: 'ko' | 'en' } | undefined
  return [{ title: `${alarmsText(root?.language ?? 'ko').momentTitle} — JAVAS` }]
}

export default function MomentPage() {
  const { place, from, to, messages, isCut } = useLoaderData<typeof loader>()
  const t = useAlarmsText()
  const { format } = useText()
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="sheet-page">
        <header className="sheet-section">
          <h1>{t.momentTitle}</h1>
          <p className="note num">{t.momentOf(format.dateTime(from), format.time(to))}</p>
          <p>
            <Link to={broadcastPath(place)}>{t.toBroadcast}</Link> · <Link to="/alarms">{t.toAlarms}</Link>
          </p>
        </header>
        <section className="sheet-section">
          {messages.length === 0 && <p className="muted">{t.momentEmpty}</p>}
          {messages.map((message) => (
            <ArchiveRow key={message.id} message={message} place={place} words={[]} personTo={null} mayReveal={false} />
          ))}
          {isCut && <p className="note">{t.momentMore(format.number(messages.length))}</p>}
        </section>
      </main>
    </div>
  )
}
