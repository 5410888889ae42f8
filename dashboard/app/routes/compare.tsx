import { type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { Link, useLoaderData, useNavigate, useRevalidator, useSearchParams } from '@remix-run/react'
import { useEffect, useMemo } from 'react'
import { requireRole, requireRoleIn } from '../access.ts'
import { type BroadcastRef, broadcastPath, parseBroadcastSlug } from '../broadcast-id.ts'
import { loadSnapshot } from '../broadcast-snapshot.server.ts'
import { CompareScope } from '../components/compare-scope.tsx'
import { HighlightList } from '../components/highlight-list.tsx'
import { MoodNow } from '../components/mood-now.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { Timeline } from '../components/timeline.tsx'
import { WordPanel } from '../components/word-panel.tsx'
import { highlightsOf } from '../live/highlights.ts'
import { useBroadcast, useSlow } from '../live/use-broadcast.ts'
import { useRange } from '../live/use-range.ts'
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

/** Each side has its own time, and its own stretch in the URL. */
const prefixes = ['a-', 'b-'] as const

export default function Compare() {
  const { sides } = useLoaderData<typeof loader>()
  const { t } = useText()
  const [, setSearch] = useSearchParams()
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const search = new URLSearchParams(location.search)
      if (event.key !== 'Escape' || !prefixes.some((side) => search.has(`${side}from`))) return
      for (const side of prefixes) for (const end of ['from', 'to']) search.delete(side + end)
      setSearch(search, { replace: true, preventScrollReset: true })
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [setSearch])
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="compare">
        <h1 className="hidden-text">{t.watch.compare}</h1>
        {sides.map(({ place, snapshot }, at) => (
          <Side
            key={`${place.channelId}~${place.broadcastId}`}
            place={place}
            snapshot={snapshot}
            side={prefixes[at]!}
          />
        ))}
      </main>
    </div>
  )
}

const MINUTE = 60_000

interface SideProps {
  readonly place: BroadcastRef
  readonly snapshot: BroadcastSnapshot
  readonly side: (typeof prefixes)[number]
}

function Side({ place, snapshot, side }: SideProps) {
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
  const range = useRange(place, minutes, side)
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
        range={range.range}
        onRange={range.set}
        isEnded={state.state === 'ended'}
      />
      <CompareScope place={place} range={range} minutes={minutes} />
      <WordPanel store={store} place={place} minutes={minutes} range={range} word={null} onWord={null} />
      <HighlightList
        highlights={highlights}
        place={place}
        onOpen={({ from, to }) => navigate(`${broadcastPath(place)}?from=${from / MINUTE}&to=${to / MINUTE}`)}
      />
    </section>
  )
}
