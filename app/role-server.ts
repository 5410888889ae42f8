/** Health checks and metrics of a process, apart from its pages. */
import { createServer } from 'node:http'
import { JavasError, messageOf } from './errors.ts'
import type { Metrics } from './telemetry.ts'

export interface RoleHealth {
  /** It has not failed: no reason to be restarted. */
  readonly live: boolean
  /** It does its work now. */
  readonly ready: boolean
  /** A short sentence for each part. */
  readonly parts: { readonly [name: string]: string }
}

export interface RoleServerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly health: () => RoleHealth | Promise<RoleHealth>
  readonly metrics: Pick<Metrics, 'text'>
}

export interface RoleServer {
  readonly url: string
  close(): Promise<void>
}

/**
 * `/healthz` 200 while it lives, `/readyz` 200 while it works, 503 otherwise, both with the parts as JSON; `/metrics` for
 * Prometheus. @throws JavasError METRICS_PORT
 */
export async function serveRole({ host, port, health, metrics }: RoleServerOptions): Promise<RoleServer> {
  const server = createServer(async (request, response) => {
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      response.end(JSON.stringify(body))
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return json(405, { code: 'REQUEST_INVALID' })
    try {
      const path = request.url?.split('?')[0]
      if (path === '/metrics') {
        const { contentType, body } = await metrics.text()
        response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' })
        return response.end(body)
      }
      const { live, ready, parts } = await health()
      if (path === '/healthz') return json(live ? 200 : 503, { ok: live, live, ready, parts })
      if (path === '/readyz') return json(ready ? 200 : 503, { ok: ready, live, ready, parts })
      return json(404, { code: 'REQUEST_INVALID' })
    } catch (cause) {
      return json(500, { code: 'SERVER_ERROR', message: messageOf(cause) })
    }
  })
  server.requestTimeout = 10_000
  server.headersTimeout = 5_000
  await new Promise<void>((done, fail) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      fail(
        new JavasError(
          'METRICS_PORT',
          `health checks cannot listen on ${host}:${port} (${cause.code}): set JAVAS_METRICS_PORT to a free port, or unset it.`,
          { cause },
        ),
      ),
    )
    server.listen(port, host, done)
  })
  const address = server.address() as { port: number }
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
