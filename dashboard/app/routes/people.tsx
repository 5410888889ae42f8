import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { Form, useLoaderData } from '@remix-run/react'
import { rankOffenders } from '#processors/rank-offenders.ts'
import { requireRoleIn } from '../access.ts'
import { parseChannelId } from '../channel-path.ts'
import { channelZone } from '../channel-zone.server.ts'
import { OffenderTable } from '../components/moderation/offender-table.tsx'
import { ThresholdForm } from '../components/moderation/threshold-form.tsx'
import { SeverityOptions } from '../components/severity-options.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { errorCode } from '../error-code.ts'
import { offendingMessages } from '../offending-messages.server.ts'
import { parsePeopleSearch, stretches } from '../people-search.ts'
import { readPreferences } from '../preferences.ts'
import { settingsChanged } from '../settings-changed.ts'
import { useText } from '../text/language.tsx'
import { useModerationText } from '../text/moderation-text.ts'
import { zoneOffsetMs } from '../zone-offset.ts'

const PEOPLE = 100
const DAY = 24 * 60 * 60 * 1000
const LITTLE_HISTORY = 14
const BROADCASTS = 50

export async function loader({ params, context, request }: LoaderFunctionArgs) {
  const channelId = parseChannelId(params.channelId)
  requireRoleIn(context, 'moderator', channelId, request)
  if (!channelId) throw new Response(null, { status: 404 })
  const form = parsePeopleSearch(new URL(request.url).searchParams)
  const now = Date.now()
  const [broadcasts, settings, rules, alerts, offending] = await Promise.all([
    context.archive.broadcasts({ limit: 200 }),
    context.commands.settings(channelId),
    context.commands.rules(channelId),
    context.archive.alerts(channelId, { limit: 500 }),
    offendingMessages(context.archive, {
      channelId,
      minSeverity: form.severity,
      ...(form.broadcast && { broadcastIds: [form.broadcast] }),
      ...(form.days > 0 && { from: now - form.days * DAY }),
    }),
  ])
  const own = broadcasts.filter((broadcast) => broadcast.channelId === channelId)
  const crossed = new Map<string, number>()
  for (const alert of alerts)
    if (alert.kind === 'offender-threshold' && alert.state !== 'pending')
      crossed.set(alert.subject, Math.max(alert.since, crossed.get(alert.subject) ?? 0))
  const zone = channelZone(context, channelId)
  const people = rankOffenders(offending.messages, {
    now,
    days: LITTLE_HISTORY,
    offsetMs: zoneOffsetMs(zone ?? readPreferences(request).timeZone, now),
    limit: PEOPLE,
  })
  return {
    channelId,
    channelZone: zone,
    channelName: own[0]?.channelName || channelId,
    form,
    isPart: offending.isPart,
    threshold: {
      count: settings.offenceCount,
      severity: settings.offenceSeverity,
      minutes: settings.offenceMinutes,
    },
    broadcasts: own
      .slice(0, BROADCASTS)
      .map(({ broadcastId, title, startedAt }) => ({ broadcastId, title, startedAt })),
    people: people.map((person) => ({
      ...person,
      crossedAt: crossed.get(person.authorId) ?? null,
      isAllowed: rules.allowedAuthors.includes(person.authorId),
    })),
  }
}

export type PeopleData = ReturnType<typeof useLoaderData<typeof loader>>
export type PeopleAnswer = { readonly saved: true } | { readonly code: string }

/** The channel's threshold; the page's only form that changes something. */
export async function action({ params, context, request }: ActionFunctionArgs) {
  const channelId = parseChannelId(params.channelId)
  const person = requireRoleIn(context, 'moderator', channelId, request)
  if (!channelId) throw new Response(null, { status: 404 })
  const form = await request.formData()
  const { updatedAt: _, updatedBy: __, ...before } = await context.commands.settings(channelId)
  const after = {
    ...before,
    offenceCount: form.get('isOn') === '1' ? Number(form.get('count')) : 0,
    offenceSeverity: Number(form.get('severity')),
    offenceMinutes: Number(form.get('minutes')),
  }
  try {
    await context.commands.saveSettings(after, person.name)
  } catch (cause) {
    const code = errorCode(cause, 'CommandError')
    if (!code) throw cause
    return data<PeopleAnswer>({ code }, { status: 400 })
  }
  await context.act({ kind: 'settings-changed', channelId, details: settingsChanged(before, after) })
  return data<PeopleAnswer>({ saved: true })
}

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.channelName ?? ''} — JAVAS` }]

export default function PeoplePage() {
  const loaded = useLoaderData<typeof loader>()
  const { t, format } = useText()
  const m = useModerationText()
  const { form, broadcasts, people, channelName, channelId } = loaded
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="people-page">
        <header className="sheet-section">
          <h1>
            {m.people.title}{' '}
            <span className="muted">
              — <bdi>{channelName}</bdi>
            </span>
          </h1>
          <p className="note">{m.people.intro}</p>
          <Form method="get" className="inline-form" key={JSON.stringify(form)}>
            <label className="field">
              {m.people.stretch}
              <select name="days" defaultValue={form.days}>
                {stretches.map((days) => (
                  <option key={days} value={days}>
                    {m.people.days(days)}
                  </option>
                ))}
              </select>
            </label>
            <label className="field">
              {m.people.broadcast}
              <select name="broadcast" defaultValue={form.broadcast}>
                <option value="">{m.people.anyBroadcast}</option>
                {broadcasts.map(({ broadcastId, title, startedAt }) => (
                  <option key={broadcastId} value={broadcastId}>
                    {`${format.date(startedAt)} ${title}`}
                  </option>
                ))}
              </select>
            </label>
            <label className="field">
              {t.archive.severity}
              <select name="severity" defaultValue={form.severity}>
                <SeverityOptions />
              </select>
            </label>
            <button className="button key" type="submit">
              {m.audit.show}
            </button>
          </Form>
        </header>
        <section className="sheet-section">
          {loaded.isPart && <p className="note">{m.people.part}</p>}
          {people.length === 0 ? (
            <p className="muted">{m.people.empty}</p>
          ) : (
            <OffenderTable channelId={channelId} people={people} />
          )}
        </section>
        <ThresholdForm threshold={loaded.threshold} />
      </main>
    </div>
  )
}
