import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Config, environmentWith } from '../config.ts'
import { exitCodes } from '../exit-codes.ts'
import { type Log, logOf } from '../log.ts'
import { type RoleHealth, serveRole } from '../role-server.ts'
import { applyStores } from '../stores/apply-stores.ts'
import { hasServers } from '../stores/stores-config.ts'
import { untilStopped } from '../until-stopped.ts'
import { applyTopics } from './apply-topics.ts'
import { mergeExposition } from './merge-exposition.ts'
import { roles } from './role-status.ts'

const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 30_000
/** A process that ran for so long had no trouble with starting. */
const RAN_WELL_MS = 60_000
/** Starts in a row after which its container had better be looked at. */
const MANY_STARTS = 5
const ASK_MS = 3_000
/** More than a role's own patience with its stop. */
const STOP_MS = 10_000

/** Nobody but a person can mend these. */
const hopeless: readonly number[] = [exitCodes['wrong usage'], exitCodes['the configuration is wrong']]

/** What `javas all` runs: the roles, and what watches them. */
export const allProcesses = [...roles, 'watchdog'] as const

/**
 * Every role of the cluster and the watchdog, each as a process of its own under this one, which makes topics and stores first and
 * starts again what dies. Its health checks and metrics are those of all. With `only` it runs these and makes nothing.
 */
export async function allOnCluster(config: Config, only: readonly string[] | null): Promise<void> {
  const log = logOf('all', config)
  const stopped = untilStopped(log, STOP_MS + 2_000)
  if (!only) await makeWhatIsMissing(config, log)
  const processes = [...new Set(only ?? allProcesses)].map((role, place) => superviseRole(role, config, place + 1, log))
  const server =
    config.metrics &&
    (await serveRole({
      ...config.metrics,
      health: async () => healthOfAll(await Promise.all(processes.map((one) => one.health()))),
      metrics: {
        async text() {
          const texts = await Promise.all(processes.map((one) => one.ask('/metrics')))
          const body = mergeExposition(texts.flatMap((answer) => (answer?.ok ? [answer.text] : [])))
          return { contentType: 'text/plain; version=0.0.4; charset=utf-8', body }
        },
      },
    }))
  if (server) log.info(`health checks and metrics of all roles at ${server.url}`)
  try {
    await Promise.race([stopped, ...processes.map(({ failed }) => failed)])
  } finally {
    await Promise.all(processes.map((one) => one.stop()))
    await server?.close()
  }
}

async function makeWhatIsMissing(config: Config, log: Log): Promise<void> {
  for await (const line of applyTopics(config.cluster!, { dryRun: false, grow: false })) log.info(line.trim())
  if (hasServers(config.stores))
    for await (const line of applyStores(config.stores, { dryRun: false })) log.info(line.trim())
}

export const healthOfAll = (each: readonly RoleHealth[]): RoleHealth => ({
  live: each.every(({ live }) => live),
  ready: each.every(({ ready }) => ready),
  parts: Object.assign({}, ...each.map(({ parts }) => parts)),
})

interface Answer {
  readonly ok: boolean
  readonly text: string
}

/** @param place its health checks are so many ports behind ours */
function superviseRole(role: string, config: Config, place: number, log: Log) {
  const port = config.metrics ? config.metrics.port + place : null
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  const stop = new AbortController()
  let child: ChildProcess | null = null
  let startsInARow = 0

  const run = () =>
    new Promise<number | null>((done) => {
      const started = spawn(process.execPath, [...process.execArgv, process.argv[1]!, role], {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: environmentWith({ JAVAS_METRICS_PORT: port === null ? '' : String(port), JAVAS_METRICS_HOST: '' }),
      })
      started.once('exit', (code) => done(code))
      started.once('error', () => done(null))
      child = started
    })
  const keepRunning = async () => {
    while (!stop.signal.aborted) {
      const began = performance.now()
      startsInARow++
      const code = await run()
      if (stop.signal.aborted) return
      if (code !== null && hopeless.includes(code))
        return failed.reject(new Error(`${role} ended with exit code ${code}; its own line says why`))
      if (performance.now() - began > RAN_WELL_MS) startsInARow = 1
      const delay = Math.min(FIRST_DELAY_MS * 2 ** (startsInARow - 1), LONGEST_DELAY_MS)
      log.error(
        `${role} ended (${code === null ? 'by a signal' : `exit code ${code}`}); starting it again in ${delay} ms`,
      )
      await sleep(delay, undefined, { signal: stop.signal }).catch(() => {})
    }
  }
  const running = keepRunning()

  const ask = async (path: string): Promise<Answer | null> => {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(ASK_MS) })
      return { ok: answer.ok, text: await answer.text() }
    } catch {
      return null
    }
  }
  return {
    failed: failed.promise,
    ask,
    async health(): Promise<RoleHealth> {
      const ready = await ask('/readyz')
      if (!ready) return { live: startsInARow < MANY_STARTS, ready: false, parts: { [role]: 'does not answer' } }
      const { live, parts } = JSON.parse(ready.text) as { live: boolean; parts: { [name: string]: string } }
      return {
        live,
        ready: ready.ok,
        parts: Object.fromEntries(
          Object.entries(parts).map(([name, is]) => [name === role ? role : `${role} ${name}`, is]),
        ),
      }
    },
    async stop() {
      stop.abort()
      child?.kill('SIGTERM')
      const hurry = setTimeout(() => child?.kill('SIGKILL'), STOP_MS)
      await running
      clearTimeout(hurry)
    },
  }
}
