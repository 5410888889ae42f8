/** The audit page's rows as a file, for the owner. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Response, Router } from 'express'
import { exportActionsCsv } from '#sinks/export-actions-csv.ts'
import { roleAllows } from '../accounts/account.ts'
import { parseAuditSearch } from '../app/audit-search.ts'
import type { DashboardContext } from '../app/context.ts'

export function auditRoute(contextOf: (response: Response) => DashboardContext): Router {
  const router = Router()
  router.get('/audit.csv', async (request, response, next) => {
    try {
      const { identity, act, archive } = contextOf(response)
      if (!identity || !roleAllows(identity.role, 'owner')) {
        response.status(403).json({ code: 'ROLE_MISSING' })
        return
      }
      const search = new URL(request.originalUrl, 'http://localhost').searchParams
      search.delete('cursor')
      await act({ kind: 'export', text: search.toString(), details: { what: 'audit', format: 'csv' } })
      const name = `javas-audit-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.csv`
      response.set({
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="${name}"`,
        'Cache-Control': 'no-store',
      })
      await pipeline(Readable.from(exportActionsCsv(archive, parseAuditSearch(search).query)), response)
    } catch (cause) {
      // A browser that went away is no error of ours.
      if ((cause as { code?: string }).code === 'ERR_STREAM_PREMATURE_CLOSE') return
      next(cause)
    }
  })
  return router
}
