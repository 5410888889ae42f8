import { type ActionFunctionArgs, data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData, useRevalidator } from '@remix-run/react'
import { useEffect } from 'react'
import { roleAllows } from '../../accounts/account.ts'
import { requireRole } from '../access.ts'
import { AlarmHistory } from '../components/alarms/alarm-history.tsx'
import { Notifiers } from '../components/alarms/notifiers.tsx'
import { OpenAlarms } from '../components/alarms/open-alarms.tsx'
import { SilenceList } from '../components/alarms/silence-list.tsx'
import { SiteHeader } from '../components/site-header.tsx'
import { useBrowserNotices } from '../live/use-browser-notices.ts'
import { alarmsText, useAlarmsText } from '../text/alarms-text.ts'

const REFRESH_MS = 3_000
const MINUTE = 60_000
const LONGEST_MINUTES = 7 * 24 * 60
const LONGEST = 300

export async function loader({ context, request }: LoaderFunctionArgs) {
  const person = requireRole(context, 'viewer', request)
  const alarms = context.alarms?.describe() ?? null
  const isModerator = roleAllows(person.role, 'moderator')
  return {
    isModerator,
    // Alerts about a person are for moderators.
    alarms: alarms && {
      ...alarms,
      open: alarms.open.filter(({ subject }) => isModerator || subject === ''),
      told: alarms.told
        .map(({ notification, deliveries }) => ({
          id: notification.id,
          at: notification.at,
          transition: notification.transition,
          flapping: notification.flapping,
          alerts: notification.alerts
            .filter(({ subject }) => isModerator || subject === '')
            .map(({ kind, channelId, channelName }) => ({ kind, channel: channelName || channelId })),
          deliveries,
        }))
        .filter(({ alerts, transition }) => transition === 'test' || alerts.length > 0),
    },
  }
}

export type AlarmsAnswer =
  | { readonly done: 'silence' | 'wake' | 'acknowledge' }
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
  const blank = { by: person.name, channelId: '', alertKind: '', subject: '', until: 0, reason: '' }
  try {
    switch (intent) {
      case 'silence': {
        const minutes = Number(text('minutes'))
        if (!Number.isInteger(minutes) || minutes < 1 || minutes > LONGEST_MINUTES) return refuse('REQUEST_INVALID')
        const silence = { channelId: text('channel'), alertKind: text('kind'), reason: text('reason') }
        await alarms.act({ ...blank, ...silence, kind: 'silence', until: Date.now() + minutes * MINUTE })
        return data<AlarmsAnswer>({ done: intent })
      }
      case 'wake':
      case 'acknowledge':
        if (text('subject') === '') return refuse('REQUEST_INVALID')
        await alarms.act({ ...blank, kind: intent, subject: text('subject') })
        return data<AlarmsAnswer>({ done: intent })
      case 'test': {
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

export const meta: MetaFunction = ({ matches }) => {
  const root = matches.find(({ id }) => id === 'root')?.data as { readonly language?: 'ko' | 'en' } | undefined
  return [{ title: `${alarmsText(root?.language ?? 'ko').title} — JAVAS` }]
}

export default function AlarmsPage() {
  const { alarms, isModerator } = useLoaderData<typeof loader>()
  const answer = useActionData<typeof action>()
  const t = useAlarmsText()
  const { revalidate } = useRevalidator()
  const notices = useBrowserNotices(alarms?.open ?? [])
  useEffect(() => {
    const timer = setInterval(
      () => (document.visibilityState === 'visible' || notices.isOn) && revalidate(),
      REFRESH_MS,
    )
    return () => clearInterval(timer)
  }, [revalidate, notices.isOn])
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
            <OpenAlarms alarms={alarms} isModerator={isModerator} />
            <SilenceList alarms={alarms} isModerator={isModerator} />
            <Notifiers alarms={alarms} isModerator={isModerator} answer={answer} notices={notices} />
            <AlarmHistory told={alarms.told} />
          </>
        )}
      </main>
    </div>
  )
}

export type LoadedAlarms = NonNullable<ReturnType<typeof useLoaderData<typeof loader>>['alarms']>
