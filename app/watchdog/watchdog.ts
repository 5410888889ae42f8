/** `javas watchdog`: rings when a role is dead, the notifiers' own and the analysis among them. It stands on nothing but the heartbeats. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { openNotifiers } from '../notify/open-notifiers.ts'
import { KeptLives } from './kept-lives.ts'
import { Bell, LOG } from './ring.ts'
import { RoleWatch } from './role-watch.ts'

const TICK_MS = 1_000
const BACK_MS = 10_000
const RETRY_MS = 5_000

export interface WatchdogOptions {
  readonly config: Config
  readonly directory: string
  /** Roles that are to be there from the start; others from when they were first heard. */
  readonly expected: readonly string[]
  readonly silentMs: number
  readonly log: Log
  readonly signal: AbortSignal
  /** Listens until `signal` aborts, telling what it hears; throws when nothing can be heard any more. */
  readonly listen: (heard: (role: string, at: number) => void, signal: AbortSignal) => Promise<void>
}

/** Runs until `signal` aborts. */
export async function runWatchdog(options: WatchdogOptions): Promise<void> {
  const { config, directory, expected, silentMs, log, signal, listen } = options
  const notifiers = await openNotifiers(config.notify)
  if (notifiers.length === 0)
    log.warn('no notifier is configured: what is found stands in this log alone (docs/alarms.md)')
  const kept = new KeptLives(directory)
  const watch = new RoleWatch({ silentMs, backMs: BACK_MS }, kept.read())
  for (const role of [LOG, ...expected]) watch.expect(role, Date.now())
  const bell = new Bell(notifiers, log)
  let isDeaf = true
  const ticking = setInterval(() => {
    const now = Date.now()
    // Who cannot hear does not know who lives.
    if (isDeaf) watch.deaf(LOG, now)
    for (const ring of watch.tick(now)) bell.ring(ring)
    kept.write(watch.lives)
  }, TICK_MS)
  while (!signal.aborted)
    try {
      await listen((role, at) => {
        isDeaf = false
        watch.heard(LOG, Date.now())
        if (role !== LOG) watch.heard(role, at)
      }, signal)
    } catch (cause) {
      isDeaf = true
      log.warn(`nothing can be heard: ${messageOf(cause)}`)
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
    }
  clearInterval(ticking)
  await bell.close()
}
