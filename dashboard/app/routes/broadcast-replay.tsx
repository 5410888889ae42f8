import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { Form, Link, useLoaderData } from '@remix-run/react'
import { replaySpeeds } from '../../replays.ts'
import { requireRoleIn } from '../access.ts'
import { broadcastPath, parseBroadcastSlug } from '../broadcast-id.ts'
import { channelZone } from '../channel-zone.server.ts'
import { ComparedVerdicts } from '../components/compared-verdicts.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { PROGRESS_MS, useRefresh } from '../live/use-refresh.ts'
import { readPreferences } from '../preferences.ts'
import { useText } from '../text/language.tsx'
import { replayTexts, useReplayText } from '../text/replay-text.ts'

export async function loader({ params, context, request }: LoaderFunctionArgs) {
  const ref = parseBroadcastSlug(params.slug)
  requireRoleIn(context, 'moderator', ref?.channelId, request)
  const found = ref && (await context.archive.broadcast(ref.channelId, ref.broadcastId))
  if (!ref || !found) throw new Response(null, { status: 404 })
  return {
    ref,
    channelZone: channelZone(context, ref.channelId),
    name: found.title || found.channelName || found.channelId,
    state: context.replays.state(ref),
    pageTitle: replayTexts[readPreferences(request).language].title,
  }
}

export async function action({ params, context, request }: ActionFunctionArgs) {
  const ref = parseBroadcastSlug(params.slug)
  requireRoleIn(context, 'moderator', ref?.channelId, request)
  if (!ref || !(await context.archive.broadcast(ref.channelId, ref.broadcastId)))
    throw new Response(null, { status: 404 })
  const form = await request.formData()
  const intent = form.get('intent')
  if (intent === 'start') {
    const speed = replaySpeeds.find((one) => String(one) === form.get('speed'))
    if (speed === undefined) throw new Response(null, { status: 400 })
    await context.act({ kind: 'export', ...ref, details: { what: 'compared verdicts', speed: String(speed) } })
    context.replays.start(ref, speed)
  } else if (intent === 'cancel') context.replays.cancel(ref)
  else throw new Response(null, { status: 400 })
  return redirect(broadcastPath(ref, '/replay'))
}

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.pageTitle ?? ''} — JAVAS` }]

export default function BroadcastReplay() {
  const { ref, name, state } = useLoaderData<typeof loader>()
  const { format } = useText()
  const t = useReplayText()
  const { running, kept, failure } = state
  const isRunning = running !== null
  useRefresh(isRunning ? PROGRESS_MS : null, true)
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="report-page">
        <header className="sheet-section">
          <h1>
            {t.title}{' '}
            <span className="muted">
              — <bdi>{name}</bdi>
            </span>
          </h1>
          <p className="note">{t.intro}</p>
          <Form method="post" replace className="inline-form">
            {running ? (
              <button className="button" name="intent" value="cancel" type="submit">
                {t.cancel}
              </button>
            ) : (
              <>
                <label className="field">
                  {t.speed}
                  <select name="speed">
                    {replaySpeeds.map((speed) => (
                      <option key={speed} value={speed}>
                        {t.speeds(speed)}
                      </option>
                    ))}
                  </select>
                </label>
                <button className="button key" name="intent" value="start" type="submit">
                  {kept ? t.again : t.start}
                </button>
              </>
            )}
          </Form>
          <div role="status" className="report-state">
            {running ? (
              <>
                <progress
                  aria-label={t.progress}
                  {...(running.total > 0 && { value: running.done, max: running.total })}
                />
                <span className="num">
                  {running.total === 0
                    ? t.waiting
                    : t.running(format.number(running.done), format.number(running.total), t.speeds(running.speed))}
                </span>
              </>
            ) : failure !== '' ? (
              <span className="error">
                {t.failed} ({failure})
              </span>
            ) : (
              <span>{kept ? t.keptAt(format.dateTime(kept.madeAt)) : t.none}</span>
            )}
          </div>
          <p className="note">
            <Link to={broadcastPath(ref)}>{t.back}</Link>
          </p>
        </header>
        {kept && <ComparedVerdicts comparison={kept.comparison} file={broadcastPath(ref, '/replay/file')} />}
      </main>
    </div>
  )
}
