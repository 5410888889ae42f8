/** A person's page asks for an evidence pack: collected from the archive, signed here, written down before it is sent. */
import type { KeyObject } from 'node:crypto'
import express, { type Response, Router } from 'express'
import { collectEvidence } from '#sinks/evidence/collect-evidence.ts'
import { EvidenceError } from '#sinks/evidence/evidence.ts'
import { sealEvidence } from '#sinks/evidence/seal-evidence.ts'
import { roleAllows, roleIn } from '../accounts/account.ts'
import { parsePerson } from '../app/channel-path.ts'
import type { DashboardContext } from '../app/context.ts'

export interface EvidenceSigner {
  /** Ed25519, private; may be made when it is first asked for. */
  readonly key: () => KeyObject
  readonly program: string
}

const DAY = 24 * 60 * 60 * 1000

export function evidenceRoute(signer: EvidenceSigner, contextOf: (response: Response) => DashboardContext): Router {
  const router = Router()
  const form = express.urlencoded({ extended: false, limit: '64kb', parameterLimit: 1_000 })
  router.post('/channels/:channelId/people/:authorId/evidence', form, async (request, response, next) => {
    try {
      const { identity, act, archive } = contextOf(response)
      const place = parsePerson(request.params)
      if (!identity || !roleAllows(identity.role, 'moderator'))
        return response.status(403).json({ code: 'ROLE_MISSING' })
      const role = place && roleIn(identity, place.channelId)
      if (!place || !role) return response.status(404).json({ code: 'PERSON_NOT_FOUND' })
      if (!roleAllows(role, 'moderator')) return response.status(403).json({ code: 'ROLE_MISSING' })
      const { message, from, to, around } = request.body as Readonly<Record<string, unknown>>
      const ids = (Array.isArray(message) ? message : [message]).filter(
        (id): id is string => typeof id === 'string' && id !== '' && id.length <= 300,
      )
      const range = { from: dayOf(from), to: dayOf(to) + DAY }
      const messages = ids.length > 0 ? ids : range
      if (ids.length === 0 && !(range.from < range.to)) return response.status(400).json({ code: 'EVIDENCE_EMPTY' })
      const collected = await collectEvidence(
        archive,
        { ...place, messages, around: Number(around) },
        { at: Date.now(), by: identity.name, program: signer.program },
      )
      const pack = await sealEvidence(collected, signer.key())
      await act({
        kind: 'evidence',
        ...place,
        details: {
          messages: ids.length > 0 ? ids.join(' ') : `${range.from} to ${range.to}`,
          entries: String(collected.records.length),
        },
      })
      const name = `javas-evidence-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.zip`
      return response
        .set({ 'Content-Disposition': `attachment; filename="${name}"`, 'Cache-Control': 'no-store' })
        .type('application/zip')
        .send(Buffer.from(pack.buffer, pack.byteOffset, pack.byteLength))
    } catch (cause) {
      if (cause instanceof EvidenceError) return response.status(400).json({ code: cause.code })
      return next(cause)
    }
  })
  return router
}

/** Midnight of a day by this machine's clock; NaN for what is none. */
const dayOf = (value: unknown): number =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(`${value}T00:00:00`).getTime() : Number.NaN
