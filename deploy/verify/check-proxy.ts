import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '../dev-services/free-ports.ts'
import type { Check } from './check.ts'
import { root, runTool, ToolFailed } from './run-tool.ts'
import { tools } from './tools.ts'

const HOST = 'chat.example.com'
const READY_MS = 90_000
/** Frames come every 100 ms while people write; a proxy that buffers holds back until 4 or 8 KB are there. */
const SOON_MS = 2_000
const FRAMES = 20

/**
 * A real nginx with the documented configuration before a running JAVAS: TLS, a login whose cookie is for HTTPS alone, and
 * the live page's events as they come.
 */
export const checkProxy: Check = {
  name: 'nginx',
  files: ['proxy/*'],
  async run() {
    const nginx = tools.nginx()
    const folder = mkdtempSync(join(tmpdir(), 'javas-proxy-'))
    const running: ChildProcess[] = []
    try {
      const [http, https, pages] = (await freePorts(3)) as [number, number, number]
      const env = {
        ...process.env,
        JAVAS_KAFKA: '',
        JAVAS_DATA: join(folder, 'data'),
        JAVAS_PORT: String(pages),
        JAVAS_ALLOWED_HOSTS: HOST,
        JAVAS_PUBLIC_URL: `https://${HOST}`,
        JAVAS_TRUSTED_PROXIES: '127.0.0.1',
      }
      runTool(process.execPath, ['app/cli.ts', 'account', 'add', 'owner', '--role', 'owner'], {
        env,
        input: 'a long password\n',
      })
      running.push(spawn(process.execPath, ['app/cli.ts', 'start', '--demo'], { cwd: root, stdio: 'ignore', env }))
      runTool('openssl', [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${HOST}`],
        ...[
          '-addext',
          `subjectAltName=DNS:${HOST}`,
          '-keyout',
          join(folder, 'key.pem'),
          '-out',
          join(folder, 'cert.pem'),
        ],
      ])
      writeFileSync(join(folder, 'nginx.conf'), configuration(folder, { http, https, pages }))
      runTool(nginx, ['-t', '-q', '-p', folder, '-c', join(folder, 'nginx.conf')])
      running.push(spawn(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' }))

      const ca = readFileSync(join(folder, 'cert.pem'))
      const ask = (path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) =>
        new Promise<IncomingMessage>((done, fail) => {
          const { method = 'GET', headers = {}, body } = options
          const asked = request(
            { host: '127.0.0.1', port: https, servername: HOST, ca, method, path, headers: { host: HOST, ...headers } },
            done,
          )
          asked.on('error', fail)
          asked.end(body)
        })
      await untilItAnswers(() => ask('/login'))

      const moved = await new Promise<IncomingMessage>((done, fail) =>
        plainRequest({ host: '127.0.0.1', port: http, path: '/x', headers: { host: HOST } }, done)
          .on('error', fail)
          .end(),
      )
      expect(moved.statusCode === 301 && moved.headers.location === `https://${HOST}/x`, 'plain HTTP is sent to HTTPS')
      expect((await ask('/metrics')).statusCode === 404, '/metrics is not for the world')
      const stranger = await ask('/')
      expect(stranger.statusCode !== 200, `somebody who has not logged in gets ${stranger.statusCode}`)

      const logIn = (password: string, from: string) =>
        ask('/login', {
          method: 'POST',
          headers: {
            origin: `https://${HOST}`,
            'content-type': 'application/x-www-form-urlencoded',
            'x-forwarded-for': from,
          },
          body: new URLSearchParams({ name: 'owner', password, next: '/' }).toString(),
        })
      for (let tried = 0; tried < 6; tried += 1) {
        const { statusCode } = await logIn('a wrong password', '203.0.113.1')
        expect(statusCode === (tried < 5 ? 401 : 429), `a wrong password from one address answers ${statusCode}`)
      }
      const login = await logIn('a long password', '203.0.113.2')
      const [set = ''] = login.headers['set-cookie'] ?? []
      expect(/^__Host-/.test(set) && /; Secure/i.test(set), `the cookie is for HTTPS alone: ${login.statusCode} ${set}`)
      const cookie = set.split(';')[0]!
      const home = await textOf(await ask('/', { headers: { cookie } }))
      const path = /\/broadcasts\/[^"'\\?#]+/.exec(home)?.[0]
      expect(path !== undefined, 'the start page links the broadcast')

      const stream = await ask(`${path}/events`, { headers: { cookie, accept: 'text/event-stream' } })
      expect(stream.statusCode === 200, `the live page's events answer ${stream.statusCode}`)
      const longest = await longestPause(stream)
      expect(longest < SOON_MS, `events stood still for ${longest} ms`)
      return `TLS, login, ${FRAMES} live frames, the longest pause ${Math.round(longest)} ms`
    } finally {
      for (const child of running.reverse()) {
        child.kill('SIGTERM')
        if (child.exitCode === null) await new Promise((done) => child.once('exit', done))
      }
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** The documented file as it is, with this machine's ports and certificate. */
function configuration(folder: string, { http, https, pages }: { http: number; https: number; pages: number }): string {
  const site = readFileSync(join(root, 'deploy', 'proxy', 'nginx.conf'), 'utf8')
    .replace('listen 80;', `listen 127.0.0.1:${http};`)
    .replace('listen 443 ssl', `listen 127.0.0.1:${https} ssl`)
    .replace('/etc/ssl/javas/fullchain.pem', join(folder, 'cert.pem'))
    .replace('/etc/ssl/javas/privkey.pem', join(folder, 'key.pem'))
    .replace('127.0.0.1:7777', `127.0.0.1:${pages}`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  return `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events {} http { access_log off; ${temporary.join(' ')}\n${site}}\n`
}

async function untilItAnswers(ask: () => Promise<IncomingMessage>): Promise<void> {
  for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(300)) {
    const answer = await ask().catch(() => null)
    answer?.resume()
    if (answer?.statusCode === 200) return
  }
  throw new ToolFailed('the login page never came through nginx')
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += chunk
  return text
}

/** Between two arrivals of some frames, ms. */
async function longestPause(stream: IncomingMessage): Promise<number> {
  let [longest, last, frames] = [0, performance.now(), 0]
  for await (const _ of stream) {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
    if (++frames === FRAMES) break
  }
  stream.destroy()
  return frames === FRAMES ? longest : Number.POSITIVE_INFINITY
}

function expect(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new ToolFailed(`not so: ${what}`)
}
