import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { roleAllows, roleIn } from '../../accounts/account.ts'
import type { AlarmsSource } from '../../alarms-description.ts'
import { requireRole } from '../access.ts'
import { channelRules, systemRows } from '../alarm-rules.ts'
import { channelNames } from '../channel-names.server.ts'
import { AlarmHistory } from '../components/alarms/alarm-history.tsx'
import { DryRun } from '../components/alarms/dry-run.tsx'
import { Notifiers } from '../components/alarms/notifiers.tsx'
import { OpenAlarms } from '../components/alarms/open-alarms.tsx'
import { RuleList } from '../components/alarms/rule-list.tsx'
import { SilenceList } from '../components/alarms/silence-list.tsx'
import { ContactLink } from '../components/contact-link.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import type { Identity } from '../context.ts'
import { hasEnded } from '../live/has-ended.ts'
import { useBrowserNotices } from '../live/use-browser-notices.ts'
import { useRefresh } from '../live/use-refresh.ts'
import { alarmsText, useAlarmsText } from '../text/alarms-text.ts'

const REFRESH_MS = 3_000
const MINUTE = 60_000
const LONGEST_MINUTES = 7 * 24 * 60
const LONGEST = 300
/** Channels whose rules are listed, and broadcasts to try thresholds on. */
const MOST_CHANNELS = 50
const PAST = 30

export async function loader({ context, request }: LoaderFunctionArgs) {
  const person = requireRole(context, 'viewer', request)
  const alarms = context.alarms?.describe() ?? null
  const mayAct = (channelId: string) => roleAllows(roleOf(person, channelId) ?? 'viewer', 'moderator')
  // Alerts about a person are for moderators.
  const maySee = ({ channelId, subject }: { readonly channelId: string; readonly subject: string }) =>
    roleOf(person, channelId) !== null && (mayAct(channelId) || subject === '')
  const open = alarms?.open.filter(maySee).map((alert) => ({ ...alert, mayAct: mayAct(alert.channelId) })) ?? []
  const isModerator = roleAllows(person.role, 'moderator')
  const watched = alarms
    ? context.hub
        .states()
        .filter((state) => !hasEnded(state) && roleOf(person, state.channelId) !== null)
        .slice(0, MOST_CHANNELS)
    : []
  const silences = (alarms?.silences ?? []).filter(
    ({ channelId }) => channelId === '' || roleOf(person, channelId) !== null,
  )
  const names = await channelNames(
    context,
    [...silences, ...open].map(({ channelId }) => channelId),
  )
  const past = alarms && isModerator ? await context.archive.broadcasts({ limit: PAST }) : []
  return {
    isModerator,
    channels: await Promise.all(
      watched.map(async (state) =>
        channelRules(state, await context.commands.settings(state.channelId), open, mayAct(state.channelId)),
      ),
    ),
    system: roleOf(person, '') === null ? [] : systemRows(alarms?.system ?? [], open, Date.now()),
    /** Of running broadcasts: those that a silence is likely for. */
    silenceable: watched
      .filter(({ channelId }) => mayAct(channelId))
      .map(({ channelId, channelName }) => ({ channelId, name: channelName })),
    past: past
      .filter(({ channelId }) => mayAct(channelId))
      .map(({ channelId, broadcastId, channelName, title, startedAt }) => ({
        ...{ channelId, broadcastId, startedAt },
        name: [channelName || channelId, title].filter(Boolean).join(' · ').slice(0, 80),
      })),
    /** Silences for every channel, and tests of whom alarms are told. */
    isEverywhere: mayAct(''),
    alarms: alarms && {
      ...alarms,
      open: open.map((alert) => ({ ...alert, channelName: alert.channelName || (names[alert.channelId] ?? '') })),
      acknowledged: Object.fromEntries(
        Object.entries(alarms.acknowledged).filter(([id]) => open.some((alert) => alert.id === id)),
      ),
      silences: silences.map((silence) => ({
        ...silence,
        channelName: names[silence.channelId] ?? silence.channelId,
        mayAct: mayAct(silence.channelId),
      })),
      told: alarms.told
        .map(({ notification, deliveries }) => ({
          id: notification.id,
          at: notification.at,
          transition: notification.transition,
          flapping: notification.flapping,
          alerts: notification.alerts
            .filter(maySee)
            .map(({ kind, channelId, channelName }) => ({ kind, channel: channelName || channelId })),
          deliveries,
        }))
        .filter(({ alerts, transition }) => transition === 'test' || alerts.length > 0),
    },
  }
}

/** What concerns every channel ('') is for those whose role holds everywhere. */
const roleOf = (person: Identity, channelId: string) =>
  channelId === '' && person.channels !== null ? null : roleIn(person, channelId)

export type AlarmsAnswer =
  | { readonly done: 'silence' | 'wake' | 'acknowledge' | 'retry' }
  | {
      readonly tested: string
      readonly delivery: { code: string; answer: string; tookMs: number; state: string } | null
    }
  | { readonly code: string }

export async function action({ context, request }: ActionFunctionArgs) {
  const person = requireRole(context, 'moderator', request)
  const refuse = (code: string, status = 400) => data<AlarmsAnswer>({ code }, { status })
  const { alarms } = context
  if (!alarms) return refuse('ALARMS_OFF', 404)
  const form = await request.formData()
  const text = (name: string) =>
    String(form.get(name) ?? '')
      .trim()
      .slice(0, LONGEST)
  const intent = text('intent')
  const mayAct = (channelId: string) => roleAllows(roleOf(person, channelId) ?? 'viewer', 'moderator')
  const blank = { by: person.name, channelId: '', alertKind: '', subject: '', until: 0, reason: '' }
  try {
    switch (intent) {
      case 'silence': {
        const minutes = Number(text('minutes'))
        if (!Number.isInteger(minutes) || minutes < 1 || minutes > LONGEST_MINUTES) return refuse('REQUEST_INVALID')
        if (!mayAct(text('channel'))) return refuse('CHANNEL_NOT_YOURS', 403)
        const silence = { channelId: text('channel'), alertKind: text('kind'), reason: text('reason') }
        await alarms.act({ ...blank, ...silence, kind: 'silence', until: Date.now() + minutes * MINUTE })
        return data<AlarmsAnswer>({ done: intent })
      }
      case 'wake':
      case 'acknowledge':
        if (text('subject') === '') return refuse('REQUEST_INVALID')
        if (!mayAct('') && !mayAct(channelOf(alarms, intent, text('subject')))) return refuse('CHANNEL_NOT_YOURS', 403)
        await alarms.act({ ...blank, kind: intent, subject: text('subject') })
        return data<AlarmsAnswer>({ done: intent })
      case 'retry': {
        const [subject, notifier] = [text('subject'), text('notifier')]
        const { told } = alarms.describe()
        if (!mayAct('')) return refuse('CHANNEL_NOT_YOURS', 403)
        const isDead = told
          .find(({ notification }) => notification.id === subject)
          ?.deliveries.some((delivery) => delivery.notifier === notifier && delivery.state === 'dead')
        if (!isDead) return refuse('REQUEST_INVALID')
        await alarms.act({ ...blank, kind: intent, subject, notifier })
        return data<AlarmsAnswer>({ done: intent })
      }
      case 'test': {
        if (!mayAct('')) return refuse('CHANNEL_NOT_YOURS', 403)
        const notifier = text('subject')
        if (!alarms.describe().notifiers.some(({ name }) => name === notifier)) return refuse('REQUEST_INVALID')
        const id = await alarms.act({ ...blank, kind: 'test', subject: notifier })
        const delivery = await alarms.outcome(id, notifier)
        return data<AlarmsAnswer>({
          tested: notifier,
          delivery: delivery && {
            code: delivery.code,
            answer: delivery.answer,
            tookMs: delivery.tookMs,
            state: delivery.state,
          },
        })
      }
      default:
        return refuse('REQUEST_INVALID')
    }
  } catch (cause) {
    context.tell({ kind: 'alarm-action-failed', text: String((cause as Error).message).slice(0, LONGEST) })
    return refuse('COMMAND_FAILED', 500)
  }
}

/** Of the silence or the alert that is meant; '' where there is none, or it is every channel's. */
function channelOf(alarms: AlarmsSource, intent: 'wake' | 'acknowledge', id: string): string {
  const { open, silences } = alarms.describe()
  const all: readonly { readonly id: string; readonly channelId: string }[] = intent === 'wake' ? silences : open
  return all.find((one) => one.id === id)?.channelId ?? ''
}

export const meta: MetaFunction = ({ matches }) => {
  const root = matches.find(({ id }) => id === 'root')?.data as { readonly language?: 'ko' | 'en' } | undefined
  return [{ title: `${alarmsText(root?.language ?? 'ko').title} — JAVAS` }]
}

export default function AlarmsPage() {
  const { alarms, isModerator, isEverywhere, channels, system, past, silenceable } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const t = useAlarmsText()
  const notices = useBrowserNotices(alarms?.open ?? [])
  useRefresh(REFRESH_MS, notices.isOn)
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="rules-page">
        <header className="sheet-section">
          <h1>{t.title}</h1>
          <p className="note">{t.intro}</p>
          {!alarms && <p role="status">{t.off}</p>}
          {answer && !('tested' in answer) && (
            <p role="status" className={'code' in answer ? 'error' : 'done-note'}>
              {'code' in answer ? t.failed : t.done}
            </p>
          )}
        </header>
        {alarms && (
          <>
            <OpenAlarms alarms={alarms} />
            <SilenceList alarms={alarms} channels={silenceable} isModerator={isModerator} isEverywhere={isEverywhere} />
            <Notifiers alarms={alarms} isModerator={isEverywhere} answer={answer} notices={notices} />
            <AlarmHistory told={alarms.told} isModerator={isEverywhere} />
            <RuleList channels={channels} system={system} />
            {past.length > 0 && <DryRun past={past} />}
          </>
        )}
        <ContactLink />
      </main>
    </div>
  )
}

export type AlarmsPageData = ReturnType<typeof useLoaderData<typeof loader>>
export type LoadedAlarms = NonNullable<ReturnType<typeof useLoaderData<typeof loader>>['alarms']>
