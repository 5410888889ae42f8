/** Streams what a search found as a file. How a format looks is decided by whoever passes `export`. */

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Response, Router } from 'express'
import type { ArchiveQuery } from '#sinks/archive.ts'
import { channelsFor, roleAllows } from '../accounts/account.ts'
import { parseArchiveSearch } from '../app/archive-search.ts'
import type { DashboardContext } from '../app/context.ts'

export type ExportFormat = 'csv' | 'jsonl'

export interface ExportFile {
  readonly contentType: string
  readonly body: AsyncIterable<string | Uint8Array>
}

/** Everything that matches, oldest first, formula-safe where the format needs it. */
export type ExportMessages = (query: ArchiveQuery, format: ExportFormat) => ExportFile

export function exportRoute(
  exportMessages: ExportMessages,
  contextOf: (response: Response) => DashboardContext,
): Router {
  const router = Router()
  router.get('/export', async (request, response, next) => {
    try {
      const { identity, act } = contextOf(response)
      const format = request.query.format === 'jsonl' ? 'jsonl' : 'csv'
      // A file holds original text, so it is for those who may see it.
      if (!identity || !roleAllows(identity.role, 'moderator')) {
        response.status(403).json({ code: 'ROLE_MISSING' })
        return
      }
      const search = new URL(request.originalUrl, 'http://localhost').searchParams
      const channelIds = channelsFor(identity, 'moderator')
      const query = { ...parseArchiveSearch(search).query, ...(channelIds && { channelIds }) }
      search.delete('format')
      await act({
        kind: 'export',
        channelId: query.channelId ?? '',
        text: search.toString(),
        details: { what: 'messages', format },
      })
      const file = exportMessages(query, format)
      const name = `javas-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.${format}`
      response.set({
        'Content-Type': file.contentType,
        'Content-Disposition': `attachment; filename="${name}"`,
        'Cache-Control': 'no-store',
      })
      await pipeline(Readable.from(file.body), response)
    } catch (cause) {
      // A browser that went away is no error of ours.
      if ((cause as { code?: string }).code === 'ERR_STREAM_PREMATURE_CLOSE') return
      next(cause)
    }
  })
  return router
}
