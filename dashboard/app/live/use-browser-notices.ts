/** Notifications of the browser for alerts that begin to fire while the page is open. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { useAlarmsText } from '../text/alarms-text.ts'

export interface BrowserNotices {
  readonly state: 'unsupported' | 'denied' | 'possible'
  readonly isOn: boolean
  readonly toggle: () => void
}

interface Firing {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly channelId: string
  readonly channelName: string
}

const KEY = 'javas-browser-notices'

export function useBrowserNotices(open: readonly Firing[]): BrowserNotices {
  const t = useAlarmsText()
  const [state, setState] = useState<BrowserNotices['state']>('unsupported')
  const [isOn, setOn] = useState(false)
  const known = useRef<ReadonlySet<string> | null>(null)
  useEffect(() => {
    if (!('Notification' in window)) return
    setState(Notification.permission === 'denied' ? 'denied' : 'possible')
    setOn(Notification.permission === 'granted' && localStorage.getItem(KEY) === 'on')
  }, [])
  useEffect(() => {
    const firing = open.filter((alert) => alert.state === 'firing')
    const before = known.current
    known.current = new Set(firing.map(({ id }) => id))
    // What fired before the page was opened is on the page already.
    if (!isOn || before === null) return
    for (const { id, kind, channelName, channelId } of firing)
      if (!before.has(id)) new Notification(t.kinds[kind] ?? kind, { body: channelName || channelId, tag: id })
  }, [open, isOn, t])
  const toggle = useCallback(async () => {
    const next = !isOn
    if (next && Notification.permission !== 'granted' && (await Notification.requestPermission()) !== 'granted') {
      setState(Notification.permission === 'denied' ? 'denied' : 'possible')
      return
    }
    localStorage.setItem(KEY, next ? 'on' : 'off')
    setOn(next)
  }, [isOn])
  return { state, isOn, toggle }
}
