import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '../dev-services/free-ports.ts'
import type { Check } from './check.ts'
import { root, runTool, ToolFailed } from './run-tool.ts'
import { tools } from './tools.ts'

const ARRIVE_MS = 90_000
/** As the debug exporter says it. */
const signals = {
  traces: /\bTraces\b.*"spans": [1-9]/,
  metrics: /\bMetrics\b.*"data points": [1-9]/,
  logs: /\bLogs\b.*"log records": [1-9]/,
}

/** A real collector reads the configuration, runs by it, and takes traces, metrics and lines of a running JAVAS. */
export const checkOtel: Check = {
  name: 'otel',
  files: ['otel/*'],
  isLong: true,
  async run() {
    const collector = tools.otelCollector()
    const file = join(root, 'deploy', 'otel', 'collector.yaml')
    runTool(collector, ['validate', '--config', file])
    const folder = mkdtempSync(join(tmpdir(), 'javas-otel-'))
    const running: ChildProcess[] = []
    try {
      const [otlp, health, own] = (await freePorts(3)) as [number, number, number]
      const here = readFileSync(file, 'utf8')
        .replace('0.0.0.0:4318', `127.0.0.1:${otlp}`)
        .replace('0.0.0.0:13133', `127.0.0.1:${health}`)
        .replace('host: 0.0.0.0', 'host: 127.0.0.1')
        .replace('port: 8888', `port: ${own}`)
      writeFileSync(join(folder, 'collector.yaml'), here)
      let said = ''
      const child = spawn(collector, ['--config', join(folder, 'collector.yaml')], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text
        })
      running.push(child)
      running.push(
        spawn(process.execPath, ['app/cli.ts', 'start', '--demo', '--port', '0'], {
          cwd: root,
          stdio: 'ignore',
          env: {
            ...process.env,
            JAVAS_KAFKA: '',
            JAVAS_DATA: join(folder, 'data'),
            JAVAS_OTLP: `http://127.0.0.1:${otlp}`,
            JAVAS_OTLP_SIGNALS: 'traces,metrics,logs',
            JAVAS_TRACE_PER_MILLE: '1000',
          },
        }),
      )
      const missing = () => Object.entries(signals).flatMap(([name, pattern]) => (pattern.test(said) ? [] : [name]))
      for (const end = Date.now() + ARRIVE_MS; missing().length > 0; await sleep(200))
        if (Date.now() > end || child.exitCode !== null)
          throw new ToolFailed(`${missing().join(', ')} never came to the collector:\n${said.slice(-4_000)}`)
      const metrics = await (await fetch(`http://127.0.0.1:${own}/metrics`)).text()
      if (!/^otelcol_receiver_accepted_spans/m.test(metrics))
        throw new ToolFailed('its own metrics are not where Prometheus looks')
      if (/^otelcol_receiver_refused_\w+\{.*\} [1-9]/m.test(metrics))
        throw new ToolFailed(`it refused something:\n${metrics}`)
      return `${runTool(collector, ['--version']).trim()}: valid, took traces, metrics and log lines of a running JAVAS`
    } finally {
      for (const one of running.reverse()) {
        one.kill('SIGTERM')
        if (one.exitCode === null) await new Promise((done) => one.once('exit', done))
      }
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
