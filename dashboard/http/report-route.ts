/** A kept report as a file: to look at, or to download. */
import { type Request, type Response, Router } from 'express'
import { roleAllows, roleIn } from '../accounts/account.ts'
import { parseBroadcastSlug } from '../app/broadcast-id.ts'
import { channelZone } from '../app/channel-zone.server.ts'
import type { DashboardContext } from '../app/context.ts'
import { isTimeZone } from '../app/time-zone.ts'
import { type ReportFormat, type ReportLook, reportFormats } from '../reports.ts'

const contentTypes: Readonly<Record<ReportFormat, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
}

export function reportRoute(contextOf: (response: Response) => DashboardContext): Router {
  const router = Router()
  router.get('/broadcasts/:slug/report/file', async (request, response, next) => {
    try {
      const { identity, reports, hub, act } = contextOf(response)
      const ref = parseBroadcastSlug(request.params.slug)
      const format = reportFormats.find((one) => one === request.query.format) ?? 'html'
      const people = request.query.people === '1'
      const role = identity && (ref ? roleIn(identity, ref.channelId) : identity.role)
      if (role && people && !roleAllows(role, 'moderator')) {
        response.status(403).json({ code: 'ROLE_MISSING' })
        return
      }
      const file =
        ref &&
        role &&
        (await reports.file({ ...ref, people }, format, lookOf(request.query, channelZone({ hub }, ref.channelId))))
      if (!ref || !file) {
        response.status(404).json({ code: 'REPORT_NOT_FOUND' })
        return
      }
      if (people) await act({ kind: 'export', ...ref, details: { what: 'report', format } })
      response.set({
        'Content-Type': contentTypes[format],
        'Cache-Control': 'no-store',
        // The page in it asks for nothing; whatever a chat smuggled in could not either.
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
        ...(request.query.download === '1' && { 'Content-Disposition': `attachment; filename="report.${format}"` }),
      })
      response.end(file)
    } catch (cause) {
      next(cause)
    }
  })
  return router
}

/** What is not asked for in a way that we know is Korean, the channel's or Seoul's time and the brightness of the reader's system. */
function lookOf({ lang, zone, theme }: Request['query'], own: string | null): ReportLook {
  return {
    language: lang === 'en' ? 'en' : 'ko',
    timeZone: typeof zone === 'string' && isTimeZone(zone) ? zone : (own ?? 'Asia/Seoul'),
    theme: theme === 'dark' || theme === 'light' ? theme : 'system',
  }
}
