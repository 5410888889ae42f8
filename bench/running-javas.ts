import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { callRunning } from '#app/control/control-client.ts'
import { nodeEnvironment, nodeFlags } from '../setup/runtime.mjs'

const root = join(import.meta.dirname, '..')

export interface RunningJavas {
  readonly url: string
  readonly dataDirectory: string
  readonly startMs: number
  /** Asks for a broadcast; resolves to its channel id. */
  watch(link: string, options?: { readonly [name: string]: string }): Promise<string>
  /** URL of the running broadcast's page of that channel, once the start page lists it. */
  broadcastUrl(channelId: string): Promise<string>
  /** Prometheus metrics by name; labels are dropped. */
  metrics(): Promise<{ readonly [name: string]: number }>
  /** Resident memory of the process with all its threads, bytes. */
  residentBytes(): number
  /** SIGTERM, then waits. `keepData` leaves the folder for another start. */
  stop(options?: { readonly keepData?: boolean }): Promise<void>
}

/** `javas start` as a process of its own on a temporary data folder: what a user runs, seen from outside. */
export async function startJavas(dataDirectory = mkdtempSync(join(tmpdir(), 'javas-bench-'))): Promise<RunningJavas> {
  const began = performance.now()
  const child = spawn(process.execPath, [...nodeFlags, join(root, 'app', 'cli.ts'), 'start', '--port', '0'], {
    env: { ...nodeEnvironment(root, process.env), JAVAS_DATA: dataDirectory, JAVAS_LOG: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await readyUrl(child)
  return {
    url,
    dataDirectory,
    startMs: performance.now() - began,
    async watch(link, options = {}) {
      let channelId = ''
      for await (const line of (await callRunning(dataDirectory, 'watch', { link, options })) ?? []) channelId += line
      return channelId.trim()
    },
    async broadcastUrl(channelId) {
      const link = new RegExp(`href="(/broadcasts/${encodeURIComponent(channelId)}~[^"]+)"`)
      for (const end = Date.now() + 10_000; Date.now() < end; await sleep(100)) {
        const path = link.exec(await (await fetch(url)).text())?.[1]
        if (path) return url + path
      }
      throw new Error(`the start page does not list ${channelId}`)
    },
    async metrics() {
      const text = await (await fetch(`${url}/metrics`)).text()
      return Object.fromEntries(
        [...text.matchAll(/^([a-z_0-9]+)(?:\{[^}]*\})? ([-+.eE0-9]+)/gm)].map(([, name, value]) => [
          name,
          Number(value),
        ]),
      )
    },
    residentBytes: () =>
      Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    async stop({ keepData = false } = {}) {
      if (child.exitCode === null) {
        const gone = new Promise((done) => child.once('exit', done))
        child.kill('SIGTERM')
        await gone
      }
      if (!keepData) rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let text = ''
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk
      const url = /open (http\S+)/.exec(text)?.[1]
      if (url) done(url)
    })
    child.once('exit', (code) => fail(new Error(`javas start ended with exit code ${code}: ${text}`)))
  })
}
