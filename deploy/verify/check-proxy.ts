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

interface Ports {
  readonly http: number
  readonly https: number
  readonly pages: number
}

/** A real proxy with the documented configuration, on this machine's ports and certificate. */
interface Proxy {
  readonly name: string
  readonly files: readonly string[]
  /** Starts it. @param folder holds cert.pem and key.pem @throws ToolFailed */
  start(folder: string, ports: Ports): ChildProcess
}

/** Before a running JAVAS: TLS, a login whose cookie is for HTTPS alone, and the live page's events as they come. */
const checkBehind = ({ name, files, start }: Proxy): Check => ({
  name,
  files,
  async run() {
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
      running.push(start(folder, { http, https, pages }))

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
      expect(
        [301, 308].includes(moved.statusCode!) &&
          /^https:\/\/chat\.example\.com(:\d+)?\/x$/.test(moved.headers.location!),
        `plain HTTP is sent to HTTPS: ${moved.statusCode} ${moved.headers.location}`,
      )
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
})

export const checkNginx = checkBehind({
  name: 'nginx',
  files: ['proxy/nginx.conf'],
  start(folder, ports) {
    const file = join(folder, 'nginx.conf')
    writeFileSync(file, nginxConfiguration(folder, ports))
    runTool(tools.nginx(), ['-t', '-q', '-p', folder, '-c', file])
    return spawn(tools.nginx(), ['-p', folder, '-c', file], { stdio: 'ignore' })
  },
})

export const checkCaddy = checkBehind({
  name: 'caddy',
  files: ['proxy/Caddyfile'],
  start(folder, { http, https, pages }) {
    const documented = join(root, 'deploy', 'proxy', 'Caddyfile')
    const caddy = tools.caddy()
    const env = { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
    runTool(caddy, ['validate', '--config', documented, '--adapter', 'caddyfile'], { env })
    const file = join(folder, 'Caddyfile')
    // We stand for a balancer before it: of anybody else Caddy does not believe whom they speak for.
    const trusted = ' servers {\n  trusted_proxies static 127.0.0.1/32\n }\n'
    const ours = `{\n admin off\n default_bind 127.0.0.1\n http_port ${http}\n https_port ${https}\n${trusted}}\n`
    const site = readFileSync(documented, 'utf8')
      .replace(`${HOST} {`, `${HOST} {\n tls ${join(folder, 'cert.pem')} ${join(folder, 'key.pem')}`)
      .replace('127.0.0.1:7777', `127.0.0.1:${pages}`)
    writeFileSync(file, ours + site)
    return spawn(caddy, ['run', '--config', file, '--adapter', 'caddyfile'], {
      stdio: 'ignore',
      env: { ...process.env, ...env },
    })
  },
})

/** The documented file as it is. */
function nginxConfiguration(folder: string, { http, https, pages }: Ports): string {
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
  throw new ToolFailed('the login page never came through the proxy')
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
