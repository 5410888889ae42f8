import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Form, Link, useLoaderData, useNavigation, useSearchParams, useSubmit } from '@remix-run/react'
import type { ArchivedMessage } from '#sinks/archive.ts'
import { channelsFor, roleAllows, roleIn } from '../../accounts/account.ts'
import { toWire } from '../../live/to-wire.ts'
import { requireRole } from '../access.ts'
import { parseArchiveSearch } from '../archive-search.ts'
import { broadcastPath, broadcastSlug } from '../broadcast-id.ts'
import { ArchiveHistogram } from '../components/archive-histogram.tsx'
import { ArchiveRow } from '../components/archive-row.tsx'
import { Icon, moodIcon } from '../components/icon.tsx'
import { Pips } from '../components/mask.tsx'
import { PersonCard } from '../components/person-card.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { useText } from '../text/language.tsx'
import { pageTitle } from '../text/page-title.ts'

const BUCKETS = 90
const EXACT_UP_TO = 10_000

export async function loader({ request, context }: LoaderFunctionArgs) {
  const viewer = requireRole(context, 'viewer', request)
  const isModerator = roleAllows(viewer.role, 'moderator')
  const { archive, hub } = context
  const search = new URL(request.url).searchParams
  const { query, ...form } = parseArchiveSearch(search)
  const moderated = channelsFor(viewer, 'moderator')
  const person = isModerator ? (search.get('person') ?? '').slice(0, 500) : ''
  const cut = person.indexOf('~')
  const named = cut > 0 ? { channelId: person.slice(0, cut), authorId: person.slice(cut + 1) } : null
  // A person's history is for moderators of the channel.
  const of = named && roleAllows(roleIn(viewer, named.channelId) ?? 'viewer', 'moderator') ? named : null
  const whole = of ? { ...query, ...of } : query
  const asked = whatIsAsked(search)
  if (asked && context.searches.isNew(viewer.name, asked))
    context.tell({ kind: 'search', channelId: of?.channelId ?? '', authorId: of?.authorId ?? '', text: asked })
  const began = performance.now()
  const [page, histogram, broadcasts, history] = await Promise.all([
    archive.search(whole),
    archive.histogram({ ...whole, cursor: undefined }, BUCKETS),
    archive.broadcasts({ limit: 50 }),
    of ? archive.author(of.channelId, of.authorId) : null,
  ])
  const wire = (message: ArchivedMessage) => ({
    broadcastId: message.message.broadcastId,
    channelId: message.message.channelId,
    message: toWire(message, hub.maskSeverity(message.message.channelId), message.deletedAt),
  })
  return {
    form,
    isModerator,
    /** Null: of every channel, where somebody is one at all. */
    moderated,
    person: of ? { key: person, history: history && { ...history, recent: history.recent.map(wire) } } : null,
    messages: page.messages.map(wire),
    next: page.next,
    total: page.total,
    spread: { broadcasts: page.broadcasts, authors: page.authors },
    seconds: (performance.now() - began) / 1000,
    histogram,
    broadcasts: broadcasts.map(({ channelId, broadcastId, channelName, title, startedAt }) => ({
      channelId,
      broadcastId,
      name: channelName || channelId,
      title,
      startedAt,
    })),
  }
}

/** The search without what only turns pages and orders; '' where everything is shown. */
function whatIsAsked(search: URLSearchParams): string {
  const asked = new URLSearchParams(
    [...search].filter(([name, value]) => value !== '' && !['cursor', 'order'].includes(name)),
  )
  asked.sort()
  return asked.toString()
}

export const meta: MetaFunction = ({ matches }) => pageTitle(matches, (t) => t.nav.archive)

export type ArchiveData = ReturnType<typeof useLoaderData<typeof loader>>

export default function Archive() {
  const data = useLoaderData<typeof loader>()
  const [search] = useSearchParams()
  const navigation = useNavigation()
  return (
    <div className="page">
      <SiteHeader />
      <SearchBar data={data} search={search} />
      <div className={`archive${data.person ? ' with-person' : ''}`} aria-busy={navigation.state !== 'idle'}>
        <Filters data={data} search={search} />
        <main id="main" className="results">
          <Results data={data} search={search} />
        </main>
        {data.person && <PersonCard person={data.person} closeTo={without(search, 'person')} />}
      </div>
    </div>
  )
}

/** The same search with one thing left out. */
function without(search: URLSearchParams, ...names: readonly string[]): string {
  const rest = new URLSearchParams(search)
  for (const name of [...names, 'cursor']) rest.delete(name)
  return `/archive?${rest}`
}

function SearchBar({ data, search }: { data: ArchiveData; search: URLSearchParams }) {
  const { t } = useText()
  const exportTo = (format: string) => {
    const query = new URLSearchParams(search)
    query.delete('cursor')
    query.set('format', format)
    return `/export?${query}`
  }
  return (
    <div className="search-bar">
      <Form id="search" role="search" method="get" action="/archive">
        <Icon name="search" />
        <input
          type="search"
          name="q"
          aria-label={t.archive.search}
          placeholder={t.archive.placeholder}
          defaultValue={data.form.text}
          maxLength={200}
        />
        <button className="button key" type="submit">
          {t.archive.go}
        </button>
      </Form>
      {data.isModerator && (
        <div className="segments" title={t.archive.exportNote}>
          <a href={exportTo('csv')} download>
            <Icon name="download" small />
            {t.archive.exportCsv}
          </a>
          <a href={exportTo('jsonl')} download>
            {t.archive.exportJson}
          </a>
        </div>
      )}
    </div>
  )
}

function Filters({ data, search }: { data: ArchiveData; search: URLSearchParams }) {
  const { t, format } = useText()
  const submit = useSubmit()
  const moods = search.getAll('mood')
  const chosen = search.getAll('broadcast')
  const severity = search.get('severity') ?? ''
  return (
    <div className="filters">
      {/* Of a small screen alone, where the results come first: it is closed before any script is there. */}
      <details>
        <summary>{t.archive.filters}</summary>
      </details>
      <Form
        method="get"
        action="/archive"
        key={search.toString()}
        onChange={(event) => submit(event.currentTarget, { replace: true, preventScrollReset: true })}
      >
        <input type="hidden" name="q" value={data.form.text} />
        {search.get('order') && <input type="hidden" name="order" value={search.get('order')!} />}
        {data.person && <input type="hidden" name="person" value={data.person.key} />}
        <fieldset>
          <legend>{t.archive.period}</legend>
          <div className="dates">
            <input type="date" name="from" aria-label={t.archive.from} defaultValue={data.form.from} />
            <input type="date" name="to" aria-label={t.archive.to} defaultValue={data.form.to} />
          </div>
        </fieldset>
        <fieldset>
          <legend>{t.archive.mood}</legend>
          {(['negative', 'neutral', 'positive'] as const).map((mood) => (
            <label key={mood}>
              <input type="checkbox" name="mood" value={mood} defaultChecked={moods.includes(mood)} />
              <Icon name={moodIcon[mood]} small className={mood} />
              {t.mood[mood]}
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>{t.archive.severity}</legend>
          <label>
            <input type="radio" name="severity" value="" defaultChecked={severity === ''} />
            {t.archive.anySeverity}
          </label>
          {[1, 2, 3].map((level) => (
            <label key={level}>
              <input type="radio" name="severity" value={level} defaultChecked={severity === String(level)} />
              <span className="severity-tag">
                <Pips severity={level} />
              </span>
              {t.archive.atLeast[level]}
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>{t.archive.kinds}</legend>
          {(['questions', 'paid', 'deleted'] as const).map((kind) => (
            <label key={kind}>
              <input type="checkbox" name={kind} value="1" defaultChecked={search.get(kind) === '1'} />
              {t.archive[kind]}
            </label>
          ))}
        </fieldset>
        <fieldset>
          <legend>{t.archive.author}</legend>
          <input
            type="text"
            name="author"
            aria-label={t.archive.name}
            placeholder={t.archive.name}
            defaultValue={data.form.author}
            maxLength={100}
          />
        </fieldset>
        <fieldset>
          <legend>{t.archive.broadcasts}</legend>
          {data.broadcasts.map((broadcast) => (
            <label key={broadcastSlug(broadcast.channelId, broadcast.broadcastId)} className="broadcast-choice">
              <input
                type="checkbox"
                name="broadcast"
                value={broadcast.broadcastId}
                defaultChecked={chosen.includes(broadcast.broadcastId)}
              />
              <span>
                <bdi>{broadcast.name}</bdi>
                <small>
                  {format.date(broadcast.startedAt)} <bdi>{broadcast.title}</bdi>
                </small>
              </span>
            </label>
          ))}
        </fieldset>
        <div className="filter-actions">
          <noscript>
            <button className="button" type="submit">
              {t.archive.apply}
            </button>
          </noscript>
          <Link className="button bare" to="/archive">
            {t.archive.reset}
          </Link>
        </div>
      </Form>
    </div>
  )
}

function Results({ data, search }: { data: ArchiveData; search: URLSearchParams }) {
  const { t, format } = useText()
  const order = search.get('order') === 'oldest' ? 'oldest' : 'newest'
  const words = data.form.text.split(/\s+/).filter(Boolean)
  const groups = groupByBroadcast(data)
  const mayModerate = (channelId: string) => data.isModerator && (data.moderated?.includes(channelId) ?? true)
  return (
    <>
      <div className="panel-head results-head">
        <h1 className="num">
          {data.total >= EXACT_UP_TO
            ? t.archive.more(format.number(EXACT_UP_TO))
            : t.archive.results(format.number(data.total))}
        </h1>
        <span className="muted less-wide">
          {t.archive.spread(data.spread.broadcasts, data.spread.authors, data.seconds.toFixed(2))}
        </span>
        <span className="strip-fill" />
        <nav className="segments" aria-label={t.archive.order}>
          {(['newest', 'oldest'] as const).map((name) => {
            const to = new URLSearchParams(search)
            to.delete('cursor')
            to.set('order', name)
            return (
              <Link
                key={name}
                to={`/archive?${to}`}
                aria-current={order === name ? 'true' : undefined}
                replace
                preventScrollReset
              >
                {t.archive[name]}
              </Link>
            )
          })}
        </nav>
      </div>
      {data.messages.length === 0 ? (
        <div className="void">
          <h2>{t.archive.empty}</h2>
          <p>{t.archive.emptyHint}</p>
        </div>
      ) : (
        <>
          <ArchiveHistogram rows={data.histogram} />
          {groups.map((group) => (
            <section key={`${group.key} ${group.messages[0]!.id}`} aria-label={group.name}>
              <div className="group-head">
                <h2>
                  <bdi>{group.name}</bdi>
                </h2>
                <span className="muted num">
                  {group.startedAt !== null && `${format.date(group.startedAt)} · `}
                  {t.archive.inGroup(group.messages.length)}
                </span>
                <span className="strip-fill" />
                <Link className="button bare small" to={broadcastPath(group)}>
                  {t.archive.openBroadcast}
                  <Icon name="right" small />
                </Link>
              </div>
              {group.messages.map((message) => (
                <ArchiveRow
                  key={message.id}
                  message={message}
                  place={group}
                  words={words}
                  personTo={mayModerate(group.channelId) ? personLink(search, group.channelId, message.authorId) : null}
                  mayReveal={mayModerate(group.channelId)}
                />
              ))}
            </section>
          ))}
          {data.next && (
            <p className="more">
              <Link className="button" to={`/archive?${nextPage(search, data.next)}`}>
                {t.archive.next}
              </Link>
            </p>
          )}
        </>
      )}
    </>
  )
}

function personLink(search: URLSearchParams, channelId: string, authorId: string): string {
  const to = new URLSearchParams(search)
  to.delete('cursor')
  to.set('person', `${channelId}~${authorId}`)
  return `/archive?${to}`
}

function nextPage(search: URLSearchParams, cursor: string): string {
  const to = new URLSearchParams(search)
  to.set('cursor', cursor)
  return to.toString()
}

/** Neighbours of one broadcast stand under one heading. */
function groupByBroadcast({ messages, broadcasts }: ArchiveData) {
  const groups: {
    key: string
    channelId: string
    broadcastId: string
    name: string
    startedAt: number | null
    messages: ArchiveData['messages'][number]['message'][]
  }[] = []
  for (const { channelId, broadcastId, message } of messages) {
    const key = broadcastSlug(channelId, broadcastId)
    const last = groups.at(-1)
    if (last?.key === key) {
      last.messages.push(message)
      continue
    }
    const known = broadcasts.find(
      (broadcast) => broadcast.channelId === channelId && broadcast.broadcastId === broadcastId,
    )
    const name = known ? [known.name, known.title].filter(Boolean).join(' · ') : key
    groups.push({ key, channelId, broadcastId, name, startedAt: known?.startedAt ?? null, messages: [message] })
  }
  return groups
}
