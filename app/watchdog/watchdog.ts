/** `javas watchdog`: rings when a role is dead, the notifiers' own and the analysis among them. It stands on nothing but the heartbeats. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { processMeasures } from '../measures/process-measures.ts'
import { watchdogMeasures } from '../measures/watchdog-measures.ts'
import { openNotifiers } from '../notify/open-notifiers.ts'
import { serveRole } from '../role-server.ts'
import { openMetrics } from '../telemetry.ts'
import { KeptLives } from './kept-lives.ts'
import { Bell, LOG } from './ring.ts'
import { type RoleLives, RoleWatch } from './role-watch.ts'

const TICK_MS = 1_000
const BACK_MS = 10_000
const RETRY_MS = 5_000
/** The medium is heard at least every few seconds; a request to one that is away may hang for longer than that. */
const LEAST_DEAF_MS = 5_000

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

export interface WatchdogNow {
  /** Whether the roles could be heard, if they lived. */
  readonly hears: boolean
  readonly lives: RoleLives
  readonly untold: number
}

/** Runs until `signal` aborts. @throws JavasError METRICS_PORT */
export async function runWatchdog(options: WatchdogOptions): Promise<void> {
  const { config, directory, expected, silentMs, log, signal, listen } = options
  const notifiers = await openNotifiers(config.notify)
  if (notifiers.length === 0)
    log.warn('no notifier is configured: what is found stands in this log alone (docs/alarms.md)')
  const kept = new KeptLives(directory)
  const watch = new RoleWatch({ silentMs, backMs: BACK_MS }, kept.read())
  for (const role of [LOG, ...expected]) watch.expect(role, Date.now())
  const bell = new Bell(notifiers, log)
  /** When the medium was last heard, epoch ms; never while listening has failed. */
  let heardAt = 0
  const deafAfterMs = Math.max(silentMs / 2, LEAST_DEAF_MS)
  const hears = () => Date.now() - heardAt <= deafAfterMs
  const now = (): WatchdogNow => ({ hears: hears(), lives: watch.lives, untold: bell.untold })
  const closeServer = await serveWatchdog(config, log, now)
  const ticking = setInterval(() => {
    const now = Date.now()
    // Who cannot hear does not know who lives.
    if (!hears()) watch.deaf(LOG, now)
    for (const ring of watch.tick(now)) bell.ring(ring)
    kept.write(watch.lives)
  }, TICK_MS)
  while (!signal.aborted)
    try {
      await listen((role, at) => {
        heardAt = Date.now()
        watch.heard(LOG, heardAt)
        if (role !== LOG) watch.heard(role, at)
      }, signal)
    } catch (cause) {
      heardAt = 0
      log.warn(`nothing can be heard: ${messageOf(cause)}`)
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
    }
  clearInterval(ticking)
  await closeServer()
  await bell.close()
}

/** Health checks and metrics of its own: who watches it is Prometheus, or the init system. */
async function serveWatchdog(config: Config, log: Log, now: () => WatchdogNow): Promise<() => Promise<void>> {
  if (!config.metrics) return async () => {}
  const ofProcess = processMeasures()
  const metrics = openMetrics({
    role: 'watchdog',
    otlp: config.otlp.metrics,
    measures: () => [...ofProcess.measures, ...watchdogMeasures(now)],
  })
  const server = await serveRole({
    ...config.metrics,
    health: () => ({ live: true, ready: now().hears, parts: { watchdog: now().hears ? 'RUNNING' : 'hears nothing' } }),
    metrics,
  })
  log.info(`health checks and metrics at ${server.url}`)
  return async () => {
    await server.close()
    ofProcess.close()
    await metrics.close()
  }
}
