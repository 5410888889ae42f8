import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Link, useFetcher, useLoaderData, useNavigate } from '@remix-run/react'
import { useEffect, useRef, useState } from 'react'
import type { BroadcastState, WindowCount } from '#schemas/types.ts'
import { roleAllows, roleIn } from '../../accounts/account.ts'
import { requireRole } from '../access.ts'
import { broadcastPath, broadcastSlug } from '../broadcast-id.ts'
import { ContactLink } from '../components/contact-link.tsx'
import { Icon, moodIcon } from '../components/icon.tsx'
import { ListHead } from '../components/list-head.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { Sparkline } from '../components/sparkline.tsx'
import { isBad, isUnseen, stateIcon } from '../components/state-icon.ts'
import { headlineOf, moodOf, usualShares } from '../live/share.ts'
import { useRefresh } from '../live/use-refresh.ts'
import { useText } from '../text/language.tsx'
import type { WatchAnswer } from './watch.ts'

const REFRESH_MS = 2000
const SHOWN = 60
const over: readonly BroadcastState['state'][] = ['ended', 'refused']

export async function loader({ context, request }: LoaderFunctionArgs) {
  const person = requireRole(context, 'viewer', request)
  const { archive, hub } = context
  const summaries = await archive.broadcasts({ limit: SHOWN })
  const known = new Set(summaries.map(({ channelId, broadcastId }) => broadcastSlug(channelId, broadcastId)))
  const rows = await Promise.all(
    summaries.map(async (summary) => {
      const { channelId, broadcastId } = summary
      const live = hub.state(channelId)
      const state = live?.broadcastId === broadcastId ? live : summary.state
      const minutes = await archive.windows(channelId, broadcastId, 60_000)
      const isOver = over.includes(state.state)
      return {
        state,
        minutes: minutes.slice(isOver ? -480 : -61).map(compact),
        messages: summary.messages,
        profane: summary.profane,
        firing: isOver
          ? []
          : (await archive.alerts(channelId, { broadcastId, limit: 20 }))
              .filter((alert) => alert.state === 'firing')
              .map(({ kind }) => kind),
        endedAt: summary.lastMessageAt ?? state.at,
      }
    }),
  )
  // A broadcast that was just asked for is in the states before anything of it is archived.
  const fresh = hub
    .states()
    .filter(
      ({ channelId, broadcastId }) =>
        roleIn(person, channelId) !== null && !known.has(broadcastSlug(channelId, broadcastId)),
    )
    .map((state) => ({
      state,
      minutes: [] as WindowCount[],
      messages: 0,
      profane: 0,
      firing: [] as string[],
      endedAt: state.at,
    }))
  const all = [...fresh, ...rows].map((row) => ({
    ...row,
    mayStop: roleAllows(roleIn(person, row.state.channelId) ?? 'viewer', 'moderator'),
  }))
  return {
    running: all.filter(({ state }) => !over.includes(state.state)),
    past: all
      .filter(({ state }) => over.includes(state.state))
      .sort((left, right) => right.state.startedAt - left.state.startedAt),
    mayWatch: roleAllows(person.role, 'moderator'),
    mayDelete: roleAllows(person.role, 'owner'),
    logKeepsDeleted: context.logKeepsDeleted,
    now: Date.now(),
  }
}

/** A list of broadcasts needs the counts only. */
const compact = (window: WindowCount): WindowCount => ({ ...window, channelId: '', broadcastId: '' })

export const meta: MetaFunction = () => [{ title: 'JAVAS' }]

type Row = ReturnType<typeof useLoaderData<typeof loader>>['running'][number]

export default function Home() {
  const { running, past, mayWatch, mayDelete, now } = useLoaderData<typeof loader>()
  const { t } = useText()
  // States move by themselves.
  useRefresh(REFRESH_MS)
  return (
    <div className="page">
      <SiteHeader />
      <main id="main">
        {mayWatch && <WatchForm running={running} />}
        <div className="home-lists">
          <section aria-labelledby="running">
            <div className="section-head">
              <h2 id="running">{t.home.running}</h2>
              <span className="muted num">{running.length}</span>
              <span className="strip-fill" />
              {running.length > 0 && <span className="note wide-only">{t.home.sparkNote}</span>}
            </div>
            {running.length === 0 ? (
              <p className="section-empty">
                <b>{t.home.noRunning}</b> <span className="muted">{mayWatch && t.home.noRunningHint}</span>
              </p>
            ) : (
              <>
                <ListHead
                  names={[
                    t.nav.broadcasts,
                    t.home.state,
                    t.home.recent,
                    t.home.mood,
                    t.home.perMinute,
                    t.home.elapsed,
                    t.nav.alarms,
                  ]}
                />
                <ul className="broadcasts">
                  {running.map((row) => (
                    <RunningRow key={row.state.channelId} row={row} now={now} />
                  ))}
                </ul>
              </>
            )}
          </section>
          {past.length > 0 && (
            <section aria-labelledby="past">
              <div className="section-head">
                <h2 id="past">{t.home.past}</h2>
                <span className="strip-fill" />
                <Link className="button bare" to="/archive">
                  <Icon name="search" /> {t.home.searchArchive}
                </Link>
              </div>
              <ListHead
                past
                names={[t.nav.broadcasts, t.home.date, t.home.whole, t.home.length, t.home.chats, t.home.masked]}
              />
              <ul className="broadcasts past">
                {past.map((row) => (
                  <PastRow
                    key={broadcastSlug(row.state.channelId, row.state.broadcastId)}
                    row={row}
                    mayDelete={mayDelete}
                  />
                ))}
              </ul>
            </section>
          )}
        </div>
        <ContactLink />
      </main>
    </div>
  )
}

function WatchForm({ running }: { running: readonly Row[] }) {
  const { t } = useText()
  const fetcher = useFetcher<WatchAnswer>()
  const navigate = useNavigate()
  const asked = fetcher.data && 'done' in fetcher.data ? fetcher.data.channelId : undefined
  // Once what was asked for is found, its page opens.
  useEffect(() => {
    const found = asked && running.find(({ state }) => state.channelId === asked && state.broadcastId !== '')
    if (found) navigate(broadcastPath(found.state))
  }, [asked, running, navigate])
  const isBusy = fetcher.state !== 'idle'
  const answer = fetcher.data
  return (
    <section className="hero">
      <h1>{t.home.heading}</h1>
      <p>{t.home.intro}</p>
      <fetcher.Form method="post" action="/watch" className="address">
        <label htmlFor="link">
          <Icon name="link" />
          <span className="hidden-text">{t.home.address}</span>
        </label>
        <input
          id="link"
          name="link"
          type="text"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          maxLength={2000}
          placeholder={t.home.placeholder}
          required
        />
        <button type="submit" className="button key" disabled={isBusy}>
          {isBusy ? t.home.starting : t.home.start}
        </button>
      </fetcher.Form>
      <fetcher.Form method="post" action="/watch" className="hero-more">
        <button type="submit" className="button" name="intent" value="demo" disabled={isBusy}>
          <Icon name="eye" />
          {t.home.demo}
        </button>
        <span>{t.home.sources}</span>
      </fetcher.Form>
      <p role="status" className={answer && 'code' in answer ? 'error' : 'done-note'}>
        {answer && ('code' in answer ? (t.errors[answer.code] ?? t.errors.COMMAND_FAILED) : t.home[answer.done])}
      </p>
    </section>
  )
}

function Name({ state }: { state: BroadcastState }) {
  const { t } = useText()
  const name = state.channelName || state.url || state.channelId
  return (
    <div className="broadcast-name">
      {state.broadcastId ? (
        <Link to={broadcastPath(state)}>
          <b>
            <bdi>{name}</bdi>
          </b>
        </Link>
      ) : (
        <b>
          <bdi>{name}</bdi>
        </b>
      )}
      {state.source === 'demo' && <span className="badge">{t.home.demoTag}</span>}
      <small>
        <bdi>{state.title}</bdi>
      </small>
    </div>
  )
}

function StateMark({ state, now }: { state: BroadcastState; now: number }) {
  const { t } = useText()
  const wait = state.nextTryAt === null ? 0 : Math.ceil((state.nextTryAt - now) / 1000)
  return (
    <span className={`state-mark${isBad(state) ? ' bad' : ''}`}>
      <Icon name={stateIcon(state)} />
      <span>
        {t.state[state.state]}
        {state.state !== 'live' && t.reason[state.reason] && <small>{t.reason[state.reason]}</small>}
        {state.state === 'reconnecting' && wait > 0 && <small>{t.banner.retryIn(wait, state.attempt)}</small>}
      </span>
    </span>
  )
}

function RunningRow({ row, now }: { row: Row; now: number }) {
  const { t, format } = useText()
  const { state, minutes, firing } = row
  const recent = minutes.slice(-2)
  const usual = usualShares(minutes)
  const headline = headlineOf(moodOf(recent), usual)
  // The last finished minute; the one that is being counted would always look low.
  const perMinute = (minutes.at(-2) ?? minutes.at(-1))?.messages
  return (
    <li>
      <Name state={state} />
      <StateMark state={state} now={now} />
      <Sparkline minutes={minutes} last={60} />
      <div className="cell right">
        <small className="cell-name">{t.home.mood}</small>
        {headline ? (
          <>
            <b className={headline.label}>
              <Icon name={moodIcon[headline.label]} small /> {t.mood[headline.label]} {format.percent(headline.share)} %
            </b>
            <small>{headline.ratio ? t.home.times(format.decimal(headline.ratio)) : t.home.usual}</small>
          </>
        ) : (
          <span className="muted">—</span>
        )}
      </div>
      <div className="cell right num">
        <small className="cell-name">{t.home.perMinute}</small>
        {perMinute === undefined ? '—' : format.number(perMinute)}
      </div>
      <div className="cell right num">
        <small className="cell-name">{t.home.elapsed}</small>
        {isUnseen(state) ? '—' : format.duration(now - state.startedAt)}
      </div>
      <div className="cell alarms">
        <small className="cell-name">{t.nav.alarms}</small>
        {firing.length > 0 ? (
          <span className="state-mark bad">
            <Icon name="bell" />
            {t.alerts.kinds[firing[0]!] ?? firing[0]}
            {firing.length > 1 && ` +${firing.length - 1}`}
          </span>
        ) : (
          <span className="muted">{t.home.none}</span>
        )}
      </div>
      <div className="row-buttons">
        {state.broadcastId !== '' && (
          <Link className="button" to={broadcastPath(state)}>
            {t.home.open}
          </Link>
        )}
        {row.mayStop && <StopButton state={state} />}
      </div>
    </li>
  )
}

function StopButton({ state }: { state: BroadcastState }) {
  const { t } = useText()
  const fetcher = useFetcher<WatchAnswer>()
  return (
    <fetcher.Form method="post" action="/watch">
      <input type="hidden" name="broadcast" value={broadcastSlug(state.channelId, state.broadcastId || '-')} />
      <button type="submit" className="button bare" name="intent" value="stop" disabled={fetcher.state !== 'idle'}>
        <Icon name="stop" small /> {t.home.stop}
      </button>
    </fetcher.Form>
  )
}

function PastRow({ row, mayDelete }: { row: Row; mayDelete: boolean }) {
  const { t, format } = useText()
  const { state, minutes, messages, profane, endedAt } = row
  return (
    <li>
      <Name state={state} />
      <span className="cell num">{format.date(state.startedAt)}</span>
      {state.state === 'refused' ? (
        <span className="state-mark bad">
          <Icon name="alert" />
          <span>
            {t.state.refused}
            <small>{t.reason[state.reason] ?? state.detail}</small>
          </span>
        </span>
      ) : (
        <Sparkline minutes={minutes} last={null} />
      )}
      <div className="cell right num">
        <small className="cell-name">{t.home.length}</small>
        {isUnseen(state) ? '—' : format.duration(endedAt - state.startedAt)}
      </div>
      <div className="cell right num">
        <small className="cell-name">{t.home.chats}</small>
        {format.number(messages)}
      </div>
      <div className="cell right num">
        <small className="cell-name">{t.home.masked}</small>
        {format.number(profane)}
      </div>
      <div className="row-buttons">
        {state.broadcastId !== '' && state.state !== 'refused' && (
          <>
            <Link className="button bare" to={broadcastPath(state, '/report')}>
              {t.home.report}
            </Link>
            <Link className="button bare" to={broadcastPath(state)}>
              {t.home.open}
            </Link>
          </>
        )}
        {mayDelete && state.broadcastId !== '' && <DeleteButton state={state} />}
      </div>
    </li>
  )
}

function DeleteButton({ state }: { state: BroadcastState }) {
  const { logKeepsDeleted } = useLoaderData<typeof loader>()
  const { t } = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  const [isOpen, setOpen] = useState(false)
  const fetcher = useFetcher<WatchAnswer>()
  const name = state.channelName || state.url
  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
  }, [isOpen])
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label={`${t.home.remove}: ${name}`}
        title={t.home.remove}
        onClick={() => setOpen(true)}
      >
        <Icon name="trash" />
      </button>
      {isOpen && (
        <dialog ref={dialog} className="dialog" onClose={() => setOpen(false)} aria-labelledby="delete-title">
          <h2 id="delete-title">{t.home.remove}</h2>
          <p>{t.home.removeAsk(`${name}${state.title ? ` · ${state.title}` : ''}`)}</p>
          {logKeepsDeleted && <p className="muted">{t.home.logKeepsDeleted}</p>}
          <fetcher.Form method="post" action="/watch">
            <input type="hidden" name="broadcast" value={broadcastSlug(state.channelId, state.broadcastId)} />
            <p className="error" role="alert">
              {fetcher.data && 'code' in fetcher.data && (t.errors[fetcher.data.code] ?? t.errors.COMMAND_FAILED)}
            </p>
            <div className="dialog-actions">
              <button type="button" className="button" onClick={() => dialog.current?.close()}>
                {t.home.cancel}
              </button>
              <button
                type="submit"
                className="button danger"
                name="intent"
                value="delete"
                disabled={fetcher.state !== 'idle'}
              >
                <Icon name="trash" /> {t.home.remove}
              </button>
            </div>
          </fetcher.Form>
        </dialog>
      )}
    </>
  )
}
