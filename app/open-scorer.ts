import { rememberScores } from '#models/remembering-scorer.ts'
import { openSentimentScorer } from '#models/sentiment-scorer.ts'
import type { Config } from './config.ts'
import type { Log } from './log.ts'
import { openResilientScorer, type ResilientScorer } from './resilient-scorer.ts'

/** The configured sentiment model, in a thread of its own. A missing one stops nothing and is opened later. */
export function openScorer(
  config: Pick<Config, 'modelBackend' | 'modelDirectory'>,
  log: Log,
): Promise<ResilientScorer> {
  const { modelBackend: backend, modelDirectory } = config
  const open = async () =>
    rememberScores(await openSentimentScorer({ backend, ...(modelDirectory && { directory: modelDirectory }) }))
  return openResilientScorer({ open, log })
}
