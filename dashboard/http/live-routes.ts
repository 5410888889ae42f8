/** The routes that are not pages: live events, revealing, latency reports. */
import express, { type Request, type Response, Router } from 'express'
import { type AccountRole, roleAllows, roleIn } from '../accounts/account.ts'
import { type BroadcastRef, parseBroadcastSlug } from '../app/broadcast-id.ts'
import type { DashboardContext, Identity, PersonsAction } from '../app/context.ts'
import { parseCursor } from '../live/cursor.ts'
import { openEventStream, type StreamTiming } from '../live/event-stream.ts'
import { hiddenTexts } from '../live/to-wire.ts'
import type { StreamCounter } from './streams.ts'

/** Messages that one request may reveal: what fits on a screen. */
const MAX_REVEALED = 200

export interface LiveRoutesOptions {
  readonly streams: StreamCounter
  readonly timing?: StreamTiming
  readonly contextOf: (response: Response) => DashboardContext
}

export function liveRoutes({ streams, timing, contextOf }: LiveRoutesOptions): Router {
  const router = Router()

  router.get('/broadcasts/:slug/events', (request, response) => {
    const { hub, identity } = contextOf(response)
    const ref = identity && broadcastOf(request, response, identity)
    if (!ref) return
    const person = identity.local ? 'local' : identity.name
    if (!streams.hasRoom(person)) {
      response.status(429).set('Retry-After', '10').json({ code: 'STREAMS_TOO_MANY' })
      return
    }
    const { from } = request.query
    const end = openEventStream({
      response,
      hub,
      channelId: ref.channelId,
      broadcastId: ref.broadcastId,
      cursor: parseCursor(request.get('last-event-id') ?? (typeof from === 'string' ? from : null)),
      offences: roleAllows(ref.role, 'moderator'),
      timing,
    })
    response.once('close', streams.add(person, end))
  })

  router.post('/broadcasts/:slug/reveal', express.json({ limit: '64kb' }), async (request, response, next) => {
    try {
      const { hub, identity, archive, act } = contextOf(response)
      const found = identity && broadcastOf(request, response, identity)
      if (!found) return
      const { role, ...ref } = found
      if (!roleAllows(role, 'moderator')) {
        response.status(403).json({ code: 'ROLE_MISSING' })
        return
      }
      const ids: unknown = (request.body as { ids?: unknown }).ids
      if (
        !Array.isArray(ids) ||
        ids.length > MAX_REVEALED ||
        !ids.every((id) => typeof id === 'string' && id.length <= 300)
      ) {
        response.status(400).json({ code: 'REVEAL_INVALID' })
        return
      }
      const texts: Record<string, readonly string[]> = Object.create(null)
      const reveals: PersonsAction[] = []
      for (const id of new Set(ids as string[])) {
        const analyzed =
          hub.feed(ref.channelId, ref.broadcastId)?.original(id) ?? (await archive.message(ref.channelId, id))
        if (analyzed?.message.broadcastId !== ref.broadcastId) continue
        texts[id] = hiddenTexts(analyzed, hub.maskSeverity(ref.channelId))
        reveals.push({ kind: 'reveal', ...ref, messageId: id, authorId: analyzed.message.author.id })
      }
      // Written down before anything is shown.
      if (reveals.length > 0) await act(...reveals)
      response.set('Cache-Control', 'no-store').json({ texts })
    } catch (cause) {
      next(cause)
    }
  })

  router.post('/latency', express.json({ limit: '1kb' }), (request, response) => {
    response.status(contextOf(response).latency.add(request.body) ? 204 : 400).end()
  })
  return router
}

/** With the role that the person has in its channel. One of a channel that is none of theirs is not there. */
function broadcastOf(
  request: Request,
  response: Response,
  person: Identity,
): (BroadcastRef & { readonly role: AccountRole }) | null {
  const ref = parseBroadcastSlug(request.params.slug)
  const role = ref && roleIn(person, ref.channelId)
  if (ref && role) return { ...ref, role }
  response.status(404).json({ code: 'BROADCAST_NOT_FOUND' })
  return null
}
