/**
 * Lighthouse on every page of the scripted fixture, in the system's Chromium: prints the four categories and what costs
 * points, keeps the results.
 *
 *     npm run lighthouse -- [--mobile] [--only NAMES] [--out FILE]
 *
 * Lighthouse is no dependency of ours: it is fetched once, at the version below, into a folder beside the packages.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { broadcastPath, broadcastSlug } from '../dashboard/app/broadcast-id.ts'
import { channelPath, personPath } from '../dashboard/app/channel-path.ts'
import { chromiumPath, quietFlags } from '../dashboard/testing/browser.ts'
import { CHANNEL } from '../dashboard/testing/chat-script.ts'
import { BROADCAST, fillStory, startFixture } from '../dashboard/testing/fixture.ts'

const VERSION = '13.5.0'
const ASKED = 95
const categories = ['performance', 'accessibility', 'best-practices', 'seo'] as const
const root = join(import.meta.dirname, '..')
const { values: given } = parseArgs({
  options: { mobile: { type: 'boolean', default: false }, only: { type: 'string' }, out: { type: 'string' } },
})

/** The part of Lighthouse's result that is read here. */
interface Result {
  readonly lhr: {
    readonly categories: Readonly<
      Record<
        string,
        {
          readonly score: number | null
          readonly auditRefs: readonly { readonly id: string; readonly weight: number }[]
        }
      >
    >
    readonly audits: Readonly<
      Record<string, { readonly score: number | null; readonly title: string; readonly displayValue?: string }>
    >
    readonly runtimeError?: { readonly code: string }
  }
}
type Lighthouse = (url: string, flags: object, config?: object) => Promise<Result>

async function fetchLighthouse(): Promise<{ readonly run: Lighthouse; readonly desktop: object }> {
  const folder = join(root, 'node_modules', '.cache', 'javas', 'lighthouse')
  const home = join(folder, 'node_modules', 'lighthouse')
  if (!existsSync(home)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
    process.stderr.write(`fetching lighthouse ${VERSION}\n`)
    execFileSync('npm', ['install', '--no-audit', '--no-fund', `lighthouse@${VERSION}`], {
      cwd: folder,
      stdio: 'inherit',
    })
  }
  const load = async (file: string) => (await import(pathToFileURL(join(home, 'core', file)).href)).default
  return { run: await load('index.js'), desktop: await load('config/desktop-config.js') }
}

const freePort = () =>
  new Promise<number>((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })

const place = { channelId: CHANNEL, broadcastId: BROADCAST }
const slug = encodeURIComponent(broadcastSlug(CHANNEL, BROADCAST))
const pages: Readonly<Record<string, string>> = {
  home: '/',
  broadcast: broadcastPath(place),
  wall: broadcastPath(place, '?view=wall'),
  compare: `/compare?a=${slug}&b=${encodeURIComponent(broadcastSlug('twitch:neurin', 'b7'))}`,
  archive: '/archive',
  alarms: '/alarms',
  report: broadcastPath(place, '/report'),
  overlay: channelPath(CHANNEL, '/overlay'),
  rules: channelPath(CHANNEL, '/rules'),
  people: channelPath(CHANNEL, '/people'),
  person: personPath(CHANNEL, 'author-민트초코반대'),
  audit: '/audit',
  models: '/models',
  system: '/system',
  account: '/account',
  contact: '/contact',
  login: '/login',
}

const { run, desktop } = await fetchLighthouse()
const fixture = await startFixture({ streamsPerPerson: 100 })
await fillStory(fixture)
const port = await freePort()
const browser = await chromium.launch({
  executablePath: chromiumPath,
  args: [...quietFlags, `--remote-debugging-port=${port}`],
})
const only = given.only?.split(',')
const results: Record<string, { readonly scores: Record<string, number>; readonly lost: readonly string[] }> = {}
const print = (name: string, cells: readonly (string | number)[]) =>
  process.stdout.write(`${name.padEnd(12)}${cells.map((cell) => String(cell).padStart(16)).join('')}\n`)
print('', categories)
for (const [name, path] of Object.entries(pages)) {
  if (only && !only.includes(name)) continue
  const flags = { port, logLevel: 'error', output: 'json', locale: 'en', onlyCategories: categories }
  const { lhr } = await run(fixture.server.url + path, flags, given.mobile ? undefined : desktop)
  if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.code}`)
  const scores = Object.fromEntries(
    categories.map((category) => [category, Math.round((lhr.categories[category]?.score ?? 0) * 100)]),
  )
  const lost = categories.flatMap((category) =>
    lhr.categories[category]!.auditRefs.filter(
      ({ id, weight }) => weight > 0 && (lhr.audits[id]?.score ?? 1) < 0.9,
    ).map(({ id }) => `${id}${lhr.audits[id]!.displayValue ? ` ${lhr.audits[id]!.displayValue}` : ''}`),
  )
  results[name] = { scores, lost }
  print(name, Object.values(scores))
  for (const audit of lost) process.stdout.write(`    ${audit}\n`)
}
await browser.close()
await fixture.close()
if (given.out)
  writeFileSync(
    given.out,
    `${JSON.stringify({ at: new Date().toISOString(), lighthouse: VERSION, form: given.mobile ? 'mobile' : 'desktop', cpus: cpus().length, load: loadavg(), results }, null, 1)}\n`,
  )
const below = Object.entries(results).flatMap(([name, { scores }]) =>
  Object.entries(scores)
    .filter(([, score]) => score < ASKED)
    .map(([category, score]) => `${name} ${category} ${score}`),
)
process.stdout.write(below.length === 0 ? `all at least ${ASKED}\n` : `below ${ASKED}: ${below.join(', ')}\n`)
process.exitCode = below.length === 0 ? 0 : 1
