/** The web server that hosts the pages, the live events and the health checks. */
import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createRequestHandler } from '@remix-run/express'
import express, { type ErrorRequestHandler, type Response } from 'express'
import helmet from 'helmet'
import type { ArchiveReader } from '#sinks/archive.ts'
import type { Broker } from '#topology'
import { clientAddresses } from './access/client-address.ts'
import { guardHost, guardOrigin } from './access/host-guard.ts'
import { type Identity, identify } from './access/identity.ts'
import { reachableArchive } from './access/reachable-archive.ts'
import { RecentSearches } from './access/recent-searches.ts'
import type { AccountStore } from './accounts/account-store.ts'
import type { AlarmsSource } from './alarms-description.ts'
import type { DashboardContext, PersonsAction } from './app/context.ts'
import type { OutsidePages } from './app/outside-links.ts'
import type { LatencyReport } from './app/wire.ts'
import type { Action, DashboardCommands } from './commands.ts'
import { auditRoute } from './http/audit-route.ts'
import { compress, packedAssets } from './http/compress.ts'
import { type EvidenceSigner, evidenceRoute } from './http/evidence-route.ts'
import { type ExportMessages, exportRoute } from './http/export-route.ts'
import { gate } from './http/gate.ts'
import { defaultLimits, type LimitNumbers, limiters } from './http/limits.ts'
import { liveRoutes } from './http/live-routes.ts'
import { replayRoute } from './http/replay-route.ts'
import { reportRoute } from './http/report-route.ts'
import { StreamCounter } from './http/streams.ts'
import type { StreamTiming } from './live/event-stream.ts'
import { LatencyBoard } from './live/latency-board.ts'
import { LiveHub, type LiveHubOptions } from './live/live-hub.ts'
import { Newcomers } from './live/newcomers.ts'
import type { ModelsSource } from './models-description.ts'
import { overlayReader, overlayRoutes } from './overlay/overlay-routes.ts'
import { pictureRoute } from './pictures/picture-route.ts'
import { type FetchPicture, PictureStore } from './pictures/picture-store.ts'
import type { ReplaysSource } from './replays.ts'
import type { ReportsSource } from './reports.ts'
import type { SystemDescription } from './system-description.ts'

export interface Health {
  readonly ok: boolean
  /** A short sentence for each part, such as `analysis: RUNNING`. */
  readonly parts: Readonly<Record<string, string>>
}

export interface DashboardOptions {
  readonly broker: LiveHubOptions['broker'] & Pick<Broker, 'offsets'>
  readonly archive: ArchiveReader
  readonly commands: DashboardCommands
  readonly accounts: AccountStore
  readonly describe: () => Promise<SystemDescription>
  readonly models: ModelsSource
  /** Absent where nothing is told of alarms. */
  readonly alarms?: AlarmsSource
  readonly reports: ReportsSource
  readonly replays: ReplaysSource
  /** Of emotes and badges. Absent: their names are shown instead. */
  readonly fetchPicture?: FetchPicture
  /** Pages of others that a broadcast is linked to. Default: none. */
  readonly outside?: OutsidePages
  /** The log cannot take a deleted broadcast away before its retention does: people are told so. Default false. */
  readonly logKeepsDeleted?: boolean
  readonly exportMessages: ExportMessages
  /** Of the rest of the program; the server adds its own part. */
  readonly health?: () => Promise<Health>
  /** Prometheus text for `/metrics`. Absent: no such route. */
  readonly metrics?: () => Promise<{ readonly contentType: string; readonly body: string }>
  /** Default 127.0.0.1: nobody but this machine. */
  readonly host?: string
  /** 0 takes a free one. Default 3000. */
  readonly port?: number
  /** Signs evidence packs. */
  readonly evidence: EvidenceSigner
  /** Host names by which it may be reached besides addresses and localhost. */
  readonly hostNames?: readonly string[]
  /** Browsers reach it over https (a proxy in front ends TLS): `__Host-` cookies, and HSTS. */
  readonly secure?: boolean
  /** Addresses and networks of proxies in front, which say who the client is. Default: none is believed. */
  readonly trustedProxies?: readonly string[]
  readonly limits?: Partial<LimitNumbers>
  readonly streamsPerPerson?: number
  readonly streamTiming?: StreamTiming
  readonly feedLimits?: LiveHubOptions['limits']
  /** Told about every failed request, with the id that the person was shown. */
  readonly onError?: (error: Error, id: string) => void
  readonly onFrame?: LiveHubOptions['onFrame']
  /** Folder of `remix vite:build`'s output. */
  readonly buildFolder?: string
}

export interface DashboardFigures {
  /** Event streams that are open. */
  readonly streams: number
  /** Answers so far by class: `2xx`. */
  readonly requests: { readonly [status: string]: number }
  /** Chat to screen, as the browsers of the last minutes report it; null while none does. */
  readonly latency: LatencyReport | null
}

export interface DashboardServer {
  readonly url: string
  readonly figures: DashboardFigures
  readonly hub: LiveHub
  /** Ends live streams, then everything else. Done within seconds. */
  close(): Promise<void>
}

export type DashboardErrorCode = 'DASHBOARD_NOT_BUILT' | 'PORT_TAKEN' | 'PORT_FORBIDDEN' | 'LISTEN_FAILED'

export class DashboardError extends Error {
  override readonly name = 'DashboardError'
  readonly code: DashboardErrorCode

  constructor(code: DashboardErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** @throws {DashboardError} */
export async function createDashboardServer(options: DashboardOptions): Promise<DashboardServer> {
  const buildFolder = options.buildFolder ?? join(import.meta.dirname, 'build')
  const buildFile = join(buildFolder, 'server', 'index.js')
  if (!existsSync(buildFile))
    throw new DashboardError('DASHBOARD_NOT_BUILT', 'the dashboard is not built yet: run "npm run build" first')
  const hub = new LiveHub({
    broker: options.broker,
    archivePositions: () => options.archive.positions(),
    limits: options.feedLimits,
    onProblem: (problem) => options.onError?.(problem, 'live'),
    onFrame: options.onFrame,
  })
  await hub.start()
  const streams = new StreamCounter(options.streamsPerPerson ?? 5)
  const latency = new LatencyBoard()
  const requests: { [status: string]: number } = {}
  const build = await import(pathToFileURL(buildFile).href)
  const server = createServer(application(options, { hub, streams, latency, requests, build, buildFolder }))
  server.requestTimeout = 30_000
  server.headersTimeout = 10_000
  try {
    await listen(server, options.port ?? 3000, options.host ?? '127.0.0.1')
  } catch (cause) {
    await hub.stop()
    throw cause
  }
  const { port } = server.address() as { port: number }
  return {
    url: `http://${urlHost(options.host ?? '127.0.0.1')}:${port}`,
    hub,
    get figures() {
      return { streams: streams.open, requests: { ...requests }, latency: latency.summary() }
    },
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      streams.endAll()
      server.closeIdleConnections()
      const hurry = setTimeout(() => server.closeAllConnections(), 1500)
      await Promise.all([closed, hub.stop()])
      clearTimeout(hurry)
    },
  }
}

interface Parts {
  readonly hub: LiveHub
  readonly streams: StreamCounter
  readonly latency: LatencyBoard
  readonly requests: { [status: string]: number }
  readonly build: Parameters<typeof createRequestHandler>[0]['build']
  readonly buildFolder: string
}

function application(
  options: DashboardOptions,
  { hub, streams, latency, requests, build, buildFolder }: Parts,
): RequestListener {
  const secure = options.secure ?? false
  const pictures = new PictureStore({ fetch: options.fetchPicture ?? (() => Promise.reject(new Error('no pictures'))) })
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  const newcomers = new Newcomers(options.archive)
  const searches = new RecentSearches()
  const contextOf = (response: Response): DashboardContext => {
    const identity = response.locals.identity as Identity | null
    return {
      nonce: response.locals.nonce as string,
      identity,
      secure,
      archive: identity ? reachableArchive(options.archive, identity) : options.archive,
      hub,
      commands: options.commands,
      accounts: options.accounts,
      latency,
      newcomers,
      describe: options.describe,
      models: options.models,
      alarms: options.alarms ?? null,
      reports: options.reports,
      replays: options.replays,
      outside: options.outside ?? { grafana: null, kibana: null },
      logKeepsDeleted: options.logKeepsDeleted ?? false,
      endOverlay: (id) => streams.endOf(overlayReader(id)),
      endStreams: (name) => streams.endOf(name),
      searches,
      act: (...actions) => options.commands.act(...actions.map(ofPerson(identity))),
      tell: (action, who) => {
        options.commands
          .act(ofPerson(who ?? identity)(action))
          .catch((cause: Error) => options.onError?.(cause, 'audit'))
      },
    }
  }

  app.use((_request, response, next) => {
    response.once('finish', () => {
      const status = `${Math.trunc(response.statusCode / 100)}xx`
      requests[status] = (requests[status] ?? 0) + 1
    })
    next()
  })
  app.use(guardHost(options.hostNames ?? []), guardOrigin)
  app.use((_request, response, next) => {
    response.locals.nonce = randomBytes(16).toString('base64')
    next()
  })
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'", (_request, response) => `'nonce-${(response as Response).locals.nonce}'`],
          styleSrc: ["'self'"],
          // Bars and the virtual list carry their sizes as style attributes; a style sheet must be a file of ours.
          styleSrcAttr: ["'unsafe-inline'"],
          imgSrc: ["'self'", 'data:'],
          connectSrc: ["'self'"],
          fontSrc: ["'self'"],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
        },
      },
      strictTransportSecurity: secure ? undefined : false,
      referrerPolicy: { policy: 'same-origin' },
    }),
  )

  app.get('/healthz', async (_request, response) => {
    const health = await healthOf(options, hub)
    response
      .status(health.ok ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(health)
  })
  app.use('/assets', packedAssets(join(buildFolder, 'client', 'assets')))
  app.use('/assets', express.static(join(buildFolder, 'client', 'assets'), { immutable: true, maxAge: '1y' }))
  app.use(express.static(join(buildFolder, 'client'), { maxAge: '1h', index: false }))

  // Whoever has an overlay's address sees the overlay, and with it nothing else.
  app.use(
    overlayRoutes({
      accounts: options.accounts,
      hub,
      streams,
      timing: options.streamTiming,
      pictures,
      clientFolder: join(buildFolder, 'client'),
    }),
  )
  app.use(gate((request) => identify(request, options.accounts, secure)))
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store')
    next()
  })
  const limit = limiters(
    { ...defaultLimits, ...options.limits },
    {
      person: (request) => (request.res?.locals.identity as Identity | null)?.name ?? null,
      address: clientAddresses(options.trustedProxies ?? []),
    },
    options.accounts,
  )
  app.post(['/login', '/login.data', '/login/code', '/login/code.data', '/join/:token'], limit.login)
  app.post(['/second-factor', '/second-factor.data'], limit.code)
  app.post(['/watch', '/watch.data'], limit.start)
  app.post(['/contact', '/contact.data'], limit.contact)
  app.post(['/models/try', '/models/try.data'], limit.try)
  app.get(['/export', '/audit.csv'], limit.export)
  app.post('/broadcasts/:slug/reveal', limit.reveal)
  app.post(['/broadcasts/:slug/saved', '/broadcasts/:slug/saved.data'], limit.save)
  app.get(['/pictures/:key', '/pictures/still/:key'], pictureRoute(pictures))
  if (options.metrics)
    app.get('/metrics', async (_request, response, next) => {
      try {
        if ((response.locals.identity as Identity).role !== 'owner')
          return response.status(403).json({ code: 'ROLE_MISSING' })
        const { contentType, body } = await options.metrics!()
        return response.type(contentType).send(body)
      } catch (cause) {
        return next(cause)
      }
    })
  app.use(liveRoutes({ streams, timing: options.streamTiming, contextOf }))
  app.use(exportRoute(options.exportMessages, contextOf))
  app.use(auditRoute(contextOf))
  app.post('/channels/:channelId/people/:authorId/evidence', limit.export)
  app.use(evidenceRoute(options.evidence, contextOf))
  app.use(reportRoute(contextOf))
  app.use(replayRoute(contextOf))
  // A list of ten thousand words is pasted here.
  app.use('/channels/:channelId/rules', limitBody(4 * 1024 * 1024))
  app.use(/^(?!\/channels\/[^/]+\/rules)/, limitBody(64 * 1024))
  app.all(
    '*',
    compress,
    createRequestHandler({
      build,
      mode: 'production',
      getLoadContext: (_request, response) => ({ ...contextOf(response) }),
    }),
  )
  const onError: ErrorRequestHandler = (error: Error & { status?: number }, _request, response, next) => {
    if (response.headersSent) return next(error)
    const status = error.status && error.status >= 400 && error.status < 500 ? error.status : 500
    const id = randomUUID().slice(0, 8)
    if (status === 500) options.onError?.(error, id)
    response.status(status).json({ code: status === 500 ? 'SERVER_ERROR' : 'REQUEST_INVALID', id })
  }
  app.use(onError)
  return app
}

const ofPerson =
  (who: { readonly name: string; readonly role: string } | null) =>
  (action: PersonsAction): Action => ({ ...action, by: who?.name ?? '-', role: who?.role ?? '' })

/** Forms of the pages are small; a larger body is refused before it is read. */
const limitBody =
  (bytes: number): express.RequestHandler =>
  (request, response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') return next()
    const length = Number(request.headers['content-length'] ?? Number.NaN)
    if (length <= bytes) return next()
    response.status(413).json({ code: 'BODY_TOO_LARGE' })
  }

async function healthOf({ health }: DashboardOptions, hub: LiveHub): Promise<Health> {
  try {
    const rest = (await health?.()) ?? { ok: true, parts: {} }
    const live = hub.problem ? `cannot read the log: ${hub.problem.message}` : 'reading'
    return { ok: rest.ok && !hub.problem, parts: { ...rest.parts, live } }
  } catch (cause) {
    return { ok: false, parts: { health: (cause as Error).message } }
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const [code, advice]: [DashboardErrorCode, string] =
        cause.code === 'EADDRINUSE'
          ? ['PORT_TAKEN', `port ${port} is taken: stop the program that uses it, or choose another with --port`]
          : cause.code === 'EACCES'
            ? ['PORT_FORBIDDEN', `no permission to listen on port ${port}: choose one above 1023 with --port`]
            : ['LISTEN_FAILED', `cannot listen on ${host}:${port}: ${cause.message}`]
      fail(new DashboardError(code, advice, { cause }))
    })
    server.listen(port, host, () => done())
  })
}

const urlHost = (host: string) =>
  host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
