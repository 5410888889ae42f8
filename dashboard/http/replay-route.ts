/** What a replay showed, as a file to download. */
import { type Response, Router } from 'express'
import { roleAllows, roleIn } from '../accounts/account.ts'
import { parseBroadcastSlug } from '../app/broadcast-id.ts'
import type { DashboardContext } from '../app/context.ts'

export function replayRoute(contextOf: (response: Response) => DashboardContext): Router {
  const router = Router()
  router.get('/broadcasts/:slug/replay/file', async (request, response, next) => {
    try {
      const { identity, replays, act } = contextOf(response)
      const ref = parseBroadcastSlug(request.params.slug)
      const role = identity && (ref ? roleIn(identity, ref.channelId) : identity.role)
      if (role && !roleAllows(role, 'moderator')) {
        response.status(403).json({ code: 'ROLE_MISSING' })
        return
      }
      // A channel that is none of theirs is not there.
      const file = ref && role && replays.csv(ref)
      if (!ref || !file) {
        response.status(404).json({ code: 'REPLAY_NOT_FOUND' })
        return
      }
      await act({ kind: 'export', ...ref, details: { what: 'compared verdicts', format: 'csv' } })
      response.set({
        'Content-Type': 'text/csv; charset=utf-8',
        'Cache-Control': 'no-store',
        'Content-Disposition': 'attachment; filename="compared-verdicts.csv"',
      })
      response.end(file)
    } catch (cause) {
      next(cause)
    }
  })
  return router
}
