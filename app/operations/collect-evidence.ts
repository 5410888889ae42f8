import { collectEvidence as collect } from '#sinks/evidence/collect-evidence.ts'
import type { EvidenceRequest } from '#sinks/evidence/evidence.ts'
import { version } from '../version.ts'
import type { Operation } from './operation.ts'

/** What an evidence pack is to hold, as JSON; whoever asked seals it. */
export const collectEvidence: Operation<EvidenceRequest> = async function* ({ archive }, request) {
  yield JSON.stringify(await collect(archive, request, { at: Date.now(), by: 'cli', program: version }))
}
