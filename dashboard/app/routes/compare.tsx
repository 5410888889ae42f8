import { type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { Link, useLoaderData, useNavigate, useRevalidator } from '@remix-run/react'
import { useMemo } from 'react'
import { requireRole, requireRoleIn } from '../access.ts'
import { type BroadcastRef, broadcastPath, parseBroadcastSlug } from '../broadcast-id.ts'
import { loadSnapshot } from '../broadcast-snapshot.server.ts'
import { HighlightList } from '../components/highlight-list.tsx'
import { MoodNow } from '../components/mood-now.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { Timeline } from '../components/timeline.tsx'
import { WordPanel } from '../components/word-panel.tsx'
import { highlightsOf } from '../live/highlights.ts'
import { useBroadcast, useSlow } from '../live/use-broadcast.ts'
import type { PickedRange } from '../live/use-range.ts'
import { useText } from '../text/language.tsx'
import { pageTitle } from '../text/page-title.ts'
import type { BroadcastSnapshot } from '../wire.ts'

export async function loader({ context, request }: LoaderFunctionArgs) {
  requireRole(context, 'viewer', request)
  const search = new URL(request.url).searchParams
  const [a, b] = [parseBroadcastSlug(search.get('a') ?? ''), parseBroadcastSlug(search.get('b') ?? '')]
  if (!a || !b) throw redirect('/')
  const [left, right] = await Promise.all(
    [a, b].map((place) =>
      loadSnapshot(context, place, requireRoleIn(context, 'viewer', place.channelId, request).role),
    ),
  )
  if (!left || !right) throw new Response(null, { status: 404 })
  return {
    sides: [
      { place: a, snapshot: left },
      { place: b, snapshot: right },
    ],
  }
}

export const meta: MetaFunction = ({ matches }) => pageTitle(matches, (t) => t.watch.compare)

export const shouldRevalidate = () => false

export default function Compare() {
  const { sides } = useLoaderData<typeof loader>()
  const { t } = useText()
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="compare">
        <h1 className="hidden-text">{t.watch.compare}</h1>
        {sides.map(({ place, snapshot }) => (
          <Side key={`${place.channelId}~${place.broadcastId}`} place={place} snapshot={snapshot} />
        ))}
      </main>
    </div>
  )
}

const MINUTE = 60_000

/** Nothing is picked here: each side has its own time. */
const noRange: PickedRange = { range: null, view: null, set: () => {}, clear: () => {}, move: () => {} }
const ignore = () => {}

function Side({ place, snapshot }: { place: BroadcastRef; snapshot: BroadcastSnapshot }) {
  const { t, format } = useText()
  const { revalidate } = useRevalidator()
  const navigate = useNavigate()
  const { store } = useBroadcast(place, snapshot, revalidate)
  const minutes = useSlow(store, (from) => from.minutes())
  const moments = useSlow(store, (from) => from.moments())
  const alerts = useSlow(store, (from) => from.alerts())
  const { state, perMinute } = useSlow(store, (from) => ({
    state: from.state,
    perMinute: from.lastMinute(from.now()).reduce((sum, window) => sum + window.messages, 0),
  }))
  const highlights = useMemo(() => highlightsOf(minutes), [minutes])
  return (
    <section className="compare-side" aria-label={state.channelName || state.channelId}>
      <div className="panel-head">
        <h2>
          <Link to={broadcastPath(place)}>
            <bdi>{state.channelName || state.channelId}</bdi>
          </Link>
        </h2>
        <span className="note">
          <bdi>{state.title}</bdi>
        </span>
        <span className="strip-fill" />
        <span className="note">{t.state[state.state]}</span>
        <span className="note num">
          {t.home.perMinute} {format.number(perMinute)}
        </span>
      </div>
      <MoodNow store={store} minutes={minutes} />
      <Timeline
        minutes={minutes}
        moments={moments}
        alerts={alerts}
        highlights={highlights}
        span="60"
        range={null}
        onRange={ignore}
        isEnded={state.state === 'ended'}
      />
      <WordPanel store={store} place={place} minutes={minutes} range={noRange} word={null} onWord={null} />
      <HighlightList
        highlights={highlights}
        place={place}
        onOpen={({ from, to }) => navigate(`${broadcastPath(place)}?from=${from / MINUTE}&to=${to / MINUTE}`)}
      />
    </section>
  )
}
