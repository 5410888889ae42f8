import { type ChildProcess, spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '../dev-services/free-ports.ts'
import type { Check } from './check.ts'
import { root, ToolFailed } from './run-tool.ts'
import { tools } from './tools.ts'

/** Rates need some scrapes. */
const SCRAPES = 8
const START_MS = 90_000

/** What no demo without a browser brings up; unit tests hold their names. */
const rare: readonly string[] = [
  'javas_chat_to_screen_p50_ms',
  'javas_chat_to_screen_p95_ms',
  // Only when records leave, or when a source counts something besides messages.
  'javas_source_counted_total',
  'streams_dropped_records_total',
]

/** A real Prometheus scrapes a running JAVAS; then every query of the dashboards and the rules is asked. */
export const checkQueries: Check = {
  name: 'queries',
  files: ['grafana/**', 'prometheus/rules/*'],
  async run() {
    const prometheusProgram = tools.prometheus()
    const folder = mkdtempSync(join(tmpdir(), 'javas-queries-'))
    const running: ChildProcess[] = []
    const start = (command: string, args: readonly string[], env: { readonly [name: string]: string } = {}) => {
      const child = spawn(command, args, { cwd: root, stdio: 'ignore', env: { ...process.env, ...env } })
      running.push(child)
      return child
    }
    try {
      const [javasPort, prometheusPort, pagesPort, watchdogPort] = await freePorts(4)
      start(process.execPath, ['app/cli.ts', 'start', '--demo', '--port', String(pagesPort)], {
        JAVAS_DATA: join(folder, 'data'),
        JAVAS_METRICS_PORT: String(javasPort),
        JAVAS_KAFKA: '',
      })
      start(process.execPath, ['app/cli.ts', 'watchdog', '--url', `http://127.0.0.1:${pagesPort}/healthz`], {
        JAVAS_DATA: join(folder, 'watchdog'),
        JAVAS_METRICS_PORT: String(watchdogPort),
        JAVAS_KAFKA: '',
      })
      writeFileSync(join(folder, 'prometheus.yml'), configuration([javasPort!, watchdogPort!]))
      start(prometheusProgram, [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'tsdb')}`,
        `--web.listen-address=127.0.0.1:${prometheusPort}`,
      ])
      const ask = (expr: string) => query(`http://127.0.0.1:${prometheusPort}`, expr)
      await untilScraped(ask)
      // Somebody has to look at the pages, and then to be scraped.
      await fetch(`http://127.0.0.1:${pagesPort}/`)
      await sleep(3_000)
      const asked = queries()
      const wrong: string[] = []
      for (const { place, expr } of asked) {
        const { error } = await ask(expr)
        if (error) wrong.push(`${place}: ${expr}\n  ${error}`)
      }
      const names = new Set(
        asked.flatMap(({ expr }) => [...expr.matchAll(/\b(?:javas|streams)_[a-z0-9_]+\b/g)].map(([name]) => name)),
      )
      for (const name of names) {
        // Part of a pattern of names, not a name.
        if (name.endsWith('_') || rare.includes(name)) continue
        const { series } = await ask(`count(${name})`)
        if (series === 0) wrong.push(`${name} is asked for, and /metrics has no such metric`)
      }
      if (wrong.length > 0) throw new ToolFailed(wrong.join('\n'))
      return `${asked.length} queries of dashboards and rules, ${names.size} metrics, by a real Prometheus on a running demo`
    } finally {
      await Promise.all(
        running.map(async (child) => {
          child.kill('SIGTERM')
          if (child.exitCode === null) await new Promise((done) => child.once('exit', done))
        }),
      )
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

const configuration = (ports: readonly number[]) => `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [${JSON.stringify(join(root, 'deploy/prometheus/rules/*.rules.yml'))}]
scrape_configs:
  - job_name: javas
    static_configs: [{ targets: ${JSON.stringify(ports.map((port) => `127.0.0.1:${port}`))} }]
`

function queries(): readonly { readonly place: string; readonly expr: string }[] {
  const of = (pattern: string) =>
    globSync(pattern, { cwd: join(root, 'deploy') }).flatMap((file) =>
      [...readFileSync(join(root, 'deploy', file), 'utf8').matchAll(/"?expr"?: ("(?:[^"\\]|\\.)*")/g)].map(
        ([, text]) => ({
          place: file,
          expr: JSON.parse(text!) as string,
        }),
      ),
    )
  return [...of('grafana/dashboards/*.json'), ...of('prometheus/rules/*.rules.yml')]
}

interface Answer {
  readonly series: number
  readonly error: string | null
}

async function query(url: string, expr: string): Promise<Answer> {
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`)
  const { status, error, data } = (await answer.json()) as {
    status: string
    error?: string
    data?: { result: unknown[] }
  }
  return { series: data?.result.length ?? 0, error: status === 'success' ? null : (error ?? `HTTP ${answer.status}`) }
}

async function untilScraped(ask: (expr: string) => Promise<Answer>): Promise<void> {
  const wanted = `count_over_time(streams_process_total[1h]) > ${SCRAPES} and streams_process_total > 0`
  for (const end = Date.now() + START_MS; Date.now() < end; await sleep(500))
    if ((await ask(wanted).catch(() => ({ series: 0 }))).series > 0) return
  throw new ToolFailed(`nothing was scraped in ${START_MS / 1000} s`)
}
