/**
 * What is told of one kind of alert of one channel, as pure steps over an `AlertNotice`:
 *
 *            fires              waited groupWaitMs            over for settleMs
 *   silent ─────────► due ────────────────────► told ─────────────────────────► silent
 *             ▲         │ over before: nothing was    │  ▲                        (its end is told)
 *             └─────────┘                      over   ▼  │ fires again: the same episode, nothing is told
 *                                                   settling
 *
 * An end is told only of what was told to fire. What fires often waits longer for its end (`flapSettleMs`), so that one
 * episode costs at most two messages however often it comes and goes, and reminders.
 */
import type { Alert, AlertNotice } from '#schemas/types.ts'

export interface NoticeTimes {
  /** A firing waits this long for others that belong with it; what is over by then is never told. */
  readonly groupWaitMs: number
  /** Its end waits this long for it to fire again. */
  readonly settleMs: number
  /** What still fires is told again after this. */
  readonly repeatMs: number
  /** So many firings told within `flapWindowMs` are flapping. */
  readonly flapCount: number
  readonly flapWindowMs: number
  readonly flapSettleMs: number
  /** A firing that is older when it arrives is history being computed anew, and not told. */
  readonly staleMs: number
}

const MINUTE = 60_000
export const noticeTimes: NoticeTimes = {
  groupWaitMs: 10_000,
  settleMs: MINUTE,
  repeatMs: 15 * MINUTE,
  flapCount: 3,
  flapWindowMs: 15 * MINUTE,
  flapSettleMs: 10 * MINUTE,
  staleMs: 6 * 60 * MINUTE,
}

const NEVER = -1

const newNotice = (alert: Alert): AlertNotice => ({
  alert,
  open: false,
  dueAt: NEVER,
  toldId: '',
  toldAt: NEVER,
  repeats: 0,
  acknowledgedBy: '',
  calmSince: NEVER,
  firings: [],
})

/** The notice after a transition of its alert. @param now machine time, epoch ms */
export function afterAlert(
  known: AlertNotice | undefined,
  alert: Alert,
  now: number,
  times: NoticeTimes,
): AlertNotice | undefined {
  if (alert.state === 'firing') {
    const notice = known ?? newNotice(alert)
    if (notice.toldId !== '') {
      const firings = notice.open ? notice.firings : lately(notice, now, times)
      return { ...notice, alert, open: true, calmSince: NEVER, firings }
    }
    if (now - alert.at > times.staleMs) return known
    return {
      ...notice,
      alert,
      open: true,
      calmSince: NEVER,
      dueAt: notice.open ? notice.dueAt : now + times.groupWaitMs,
    }
  }
  if (alert.state !== 'resolved' || known === undefined || !known.open) return known
  if (known.toldId === '') return { ...known, open: false, dueAt: NEVER }
  // A broadcast that is over does not fire again.
  const calmSince = alert.reason === 'ended' ? now - times.flapSettleMs : now
  return { ...known, alert, open: false, calmSince }
}

/** The firings that count for flapping, with one now; more than are needed to know it are not kept. */
const lately = ({ firings }: AlertNotice, now: number, { flapWindowMs, flapCount }: NoticeTimes): number[] =>
  [...firings.filter((at) => now - at <= flapWindowMs), now].slice(-flapCount)

/** What is to be told of it now, were nobody asking for silence. */
export type Due = 'firing' | 'repeated' | 'resolved' | null

export function dueOf(notice: AlertNotice, now: number, times: NoticeTimes): Due {
  if (notice.toldId === '') return notice.open && notice.dueAt !== NEVER && now >= notice.dueAt ? 'firing' : null
  if (!notice.open) {
    const settleMs = isFlapping(notice, now, times) ? times.flapSettleMs : times.settleMs
    return now - notice.calmSince >= settleMs ? 'resolved' : null
  }
  return notice.acknowledgedBy === '' && now - notice.toldAt >= times.repeatMs ? 'repeated' : null
}

export const isFlapping = ({ firings }: AlertNotice, now: number, { flapCount, flapWindowMs }: NoticeTimes): boolean =>
  firings.filter((at) => now - at <= flapWindowMs).length >= flapCount

/** The notice after that was told. */
export function afterTold(notice: AlertNotice, due: Exclude<Due, null>, now: number, times: NoticeTimes): AlertNotice {
  switch (due) {
    case 'firing':
      return {
        ...notice,
        dueAt: NEVER,
        toldId: notice.alert.id,
        toldAt: now,
        repeats: 0,
        acknowledgedBy: '',
        firings: lately(notice, now, times),
      }
    case 'repeated':
      return { ...notice, toldAt: now, repeats: notice.repeats + 1 }
    case 'resolved':
      return { ...notice, toldId: '', toldAt: now, acknowledgedBy: '', calmSince: NEVER }
  }
}

/** Nothing of it matters any more. */
export const isSpent = (notice: AlertNotice, now: number, times: NoticeTimes): boolean =>
  !notice.open && notice.toldId === '' && !notice.firings.some((at) => now - at <= times.flapWindowMs)
