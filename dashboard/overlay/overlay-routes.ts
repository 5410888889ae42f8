/**
 * What OBS shows: pages and streams that need no login, only an address that somebody of the channel made and can take
 * back. They are for the air: masked text alone, nothing to press, nobody's history, and no other route takes the token.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { type Response, Router } from 'express'
import type { AccountStore } from '../accounts/account-store.ts'
import type { StreamCounter } from '../http/streams.ts'
import { parseCursor } from '../live/cursor.ts'
import { openEventStream, type StreamTiming } from '../live/event-stream.ts'
import type { LiveHub } from '../live/live-hub.ts'
import { pictureRoute } from '../pictures/picture-route.ts'
import type { PictureStore } from '../pictures/picture-store.ts'

/** How soon an overlay follows its channel into the next broadcast. */
const NEXT_BROADCAST_MS = 2000
const root = join(import.meta.dirname, '..', '..')

/** The overlay's script is ours as it stands in the sources, without its types: it is small and needs no bundler. */
const scripts: readonly string[] = [
  'dashboard/overlay/overlay-client.ts',
  'dashboard/app/live/word-places.ts',
  'dashboard/app/live/share.ts',
  'sinks/notify/alarm-names/korean.ts',
  'sinks/notify/alarm-names/english.ts',
]

export interface OverlayRoutesOptions {
  readonly accounts: AccountStore
  readonly hub: LiveHub
  readonly streams: StreamCounter
  readonly timing?: StreamTiming
  readonly pictures: PictureStore
  /** Folder of the built pages, whose fonts the overlay shares. */
  readonly clientFolder: string
}

/** To whom an overlay's stream is counted; also how `endOverlay` finds it. */
export const overlayReader = (id: string): string => `overlay ${id}`

export function overlayRoutes(options: OverlayRoutesOptions): Router {
  const { accounts, hub, streams, timing, clientFolder } = options
  const router = Router()
  const assets = new Map<string, { readonly type: string; readonly body: string }>()
  for (const file of scripts)
    assets.set(file, {
      type: 'text/javascript',
      body: stripTypeScriptTypes(readFileSync(join(root, file), 'utf8')),
    })
  assets.set('dashboard/overlay/overlay.css', {
    type: 'text/css',
    body: readFileSync(join(import.meta.dirname, 'overlay.css'), 'utf8'),
  })
  const fonts = readdirSync(join(clientFolder, 'assets')).find((name) => /^fonts-.*\.css$/.test(name))

  router.get('/overlay-assets/*', (request, response) => {
    const asset = assets.get((request.params as { 0?: string })[0] ?? '')
    if (!asset) return response.status(404).end()
    return response.type(asset.type).set('Cache-Control', 'no-cache').send(asset.body)
  })

  router.get('/overlay/:token', async (request, response, next) => {
    try {
      keepPrivate(response)
      if (!(await accounts.overlay(tokenOf(request.params.token))))
        return response.status(404).type('text/plain').send('No such overlay. Its address may have been taken back.\n')
      return response.type('html').send(page(fonts ? `/assets/${fonts}` : null))
    } catch (cause) {
      return next(cause)
    }
  })

  const picture = pictureRoute(options.pictures)
  router.get(
    ['/overlay/:token/pictures/:key', '/overlay/:token/pictures/still/:key'],
    async (request, response, next) => {
      try {
        keepPrivate(response)
        if (await accounts.overlay(tokenOf(request.params.token))) return picture(request, response, next)
        return response.status(404).end()
      } catch (cause) {
        return next(cause)
      }
    },
  )

  router.get('/overlay/:token/events', async (request, response, next) => {
    try {
      keepPrivate(response)
      const link = await accounts.overlay(tokenOf(request.params.token))
      if (!link) return response.status(404).json({ code: 'OVERLAY_UNKNOWN' })
      const reader = overlayReader(link.id)
      if (!streams.hasRoom(reader))
        return response.status(429).set('Retry-After', '10').json({ code: 'STREAMS_TOO_MANY' })
      const broadcastId = hub.state(link.channelId)?.broadcastId ?? ''
      const end = openEventStream({
        response,
        hub,
        channelId: link.channelId,
        broadcastId,
        cursor: parseCursor(request.get('last-event-id')),
        figures: true,
        offences: false,
        timing,
      })
      const isOver = setInterval(() => {
        if ((hub.state(link.channelId)?.broadcastId ?? '') !== broadcastId) end()
      }, NEXT_BROADCAST_MS)
      const forget = streams.add(reader, end)
      response.once('close', () => {
        clearInterval(isOver)
        forget()
      })
      return undefined
    } catch (cause) {
      return next(cause)
    }
  })
  return router
}

const tokenOf = (token: string | undefined): string => (token && token.length <= 100 ? token : '')

/** The address is the key: it goes to no other site, into no search engine and no cache. */
function keepPrivate(response: Response): void {
  response.set({
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Robots-Tag': 'noindex',
  })
}

const page = (fonts: string | null): string => `<!doctype html>
<html lang="ko">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>JAVAS overlay</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
${fonts ? `<link rel="stylesheet" href="${fonts}">\n` : ''}<link rel="stylesheet" href="/overlay-assets/dashboard/overlay/overlay.css">
</head>
<body>
<main id="overlay"></main>
<script type="module" src="/overlay-assets/dashboard/overlay/overlay-client.ts"></script>
</body>
</html>
`
