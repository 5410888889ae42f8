import { type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction, redirect } from '@remix-run/node'
import { Form, Link, useLoaderData } from '@remix-run/react'
import { roleAllows } from '../../accounts/account.ts'
import { reportFormats } from '../../reports.ts'
import { requireRoleIn } from '../access.ts'
import { broadcastPath, parseBroadcastSlug } from '../broadcast-id.ts'
import { channelZone } from '../channel-zone.server.ts'
import { Icon } from '../components/icon.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { PROGRESS_MS, useRefresh } from '../live/use-refresh.ts'
import { readPreferences } from '../preferences.ts'
import { useRoot } from '../root.tsx'
import { useText } from '../text/language.tsx'
import { reportPageTexts, useReportText } from '../text/report-text.ts'

export async function loader({ params, context, request }: LoaderFunctionArgs) {
  const ref = parseBroadcastSlug(params.slug)
  const person = requireRoleIn(context, 'viewer', ref?.channelId, request)
  const found = ref && (await context.archive.broadcast(ref.channelId, ref.broadcastId))
  if (!ref || !found) throw new Response(null, { status: 404 })
  const isModerator = roleAllows(person.role, 'moderator')
  const people = isModerator && new URL(request.url).searchParams.get('people') === '1'
  return {
    ref,
    channelZone: channelZone(context, ref.channelId),
    people,
    isModerator,
    name: found.channelName || found.channelId,
    title: found.title,
    state: await context.reports.state({ ...ref, people }),
    pageTitle: reportPageTexts[readPreferences(request).language].title,
  }
}

export async function action({ params, context, request }: ActionFunctionArgs) {
  const ref = parseBroadcastSlug(params.slug)
  requireRoleIn(context, 'moderator', ref?.channelId, request)
  if (!ref || !(await context.archive.broadcast(ref.channelId, ref.broadcastId)))
    throw new Response(null, { status: 404 })
  const form = await request.formData()
  const people = form.get('people') === '1'
  const intent = form.get('intent')
  if (intent === 'make') context.reports.make({ ...ref, people })
  else if (intent === 'cancel') context.reports.cancel({ ...ref, people })
  else throw new Response(null, { status: 400 })
  return redirect(broadcastPath(ref, `/report${people ? '?people=1' : ''}`))
}

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.pageTitle ?? ''} — JAVAS` }]

export default function BroadcastReport() {
  const { ref, people, isModerator, name, title, state } = useLoaderData<typeof loader>()
  const { t: all, format, language, timeZone } = useText()
  const t = useReportText()
  const isMaking = state.making !== null
  useRefresh(isMaking ? PROGRESS_MS : null, true)
  const file = (format: string, asked: Readonly<Record<string, string>> = {}) =>
    `${broadcastPath(ref, '/report/file')}?${new URLSearchParams({
      ...{ format, lang: language, zone: timeZone },
      ...(people && { people: '1' }),
      ...asked,
    })}`
  const shown = file('html', { theme: useRoot()?.theme ?? 'system' })
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="report-page">
        <header className="sheet-section">
          <h1>
            {t.title}{' '}
            <span className="muted">
              — <bdi>{title || name}</bdi>
            </span>
          </h1>
          <p className="note">{t.intro}</p>
          {isModerator && (
            <nav className="segments" aria-label={t.kinds}>
              <Link to={broadcastPath(ref, '/report')} aria-current={people ? undefined : 'true'} replace>
                {t.plain}
              </Link>
              <Link to={broadcastPath(ref, '/report?people=1')} aria-current={people ? 'true' : undefined} replace>
                {t.people}
              </Link>
            </nav>
          )}
          {people && <p className="note">{t.peopleNote}</p>}
          <div role="status" className="report-state">
            {state.making ? (
              <>
                <progress
                  aria-label={t.progress}
                  {...(state.making.total > 0 && { value: state.making.done, max: state.making.total })}
                />
                <span className="num">
                  {state.making.total === 0
                    ? t.waiting
                    : t.making(format.number(state.making.done), format.number(state.making.total))}
                </span>
              </>
            ) : (
              <span>
                {state.failure !== '' && (
                  <span className="error">
                    {t.failed} ({state.failure}){' '}
                  </span>
                )}
                {state.kept ? t.kept(format.dateTime(state.kept.madeAt), format.number(state.kept.messages)) : t.none}
              </span>
            )}
            {isModerator && (
              <Form method="post" replace>
                <input type="hidden" name="people" value={people ? '1' : '0'} />
                <button className="button" name="intent" value={isMaking ? 'cancel' : 'make'} type="submit">
                  {isMaking ? t.cancel : state.kept ? t.again : t.make}
                </button>
              </Form>
            )}
          </div>
          {state.kept && (
            <p className="report-files">
              <a className="button" href={shown} target="_blank" rel="noreferrer">
                {t.open}
              </a>
              {reportFormats.map((one) => (
                <a key={one} className="button bare" href={file(one, { download: '1' })} download>
                  <Icon name="download" small />
                  {t[one]}
                </a>
              ))}
            </p>
          )}
          <p className="note">
            <Link to={broadcastPath(ref)}>{t.back}</Link>
            {isModerator && (
              <>
                {' · '}
                <Link to={broadcastPath(ref, '/replay')}>{all.banner.judgeAgain}</Link>
              </>
            )}
          </p>
        </header>
        {state.kept && (
          <iframe key={state.kept.madeAt} className="report-frame" title={t.frame} src={shown} sandbox="" />
        )}
      </main>
    </div>
  )
}
