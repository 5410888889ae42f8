import { openSentimentScorer, type SentimentScorer } from '#models/sentiment-scorer.ts'
import type { TriedSentence } from '../../dashboard/models-description.ts'
import type { Config } from '../config.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { trySentence } from './try-sentence.ts'

const IDLE_MS = 5 * 60_000

/**
 * The models of a process that analyses nothing itself, for sentences that people try: opened when the first one comes, closed
 * when none came for five minutes.
 */
export function modelsOnDemand(
  config: Pick<Config, 'modelBackend' | 'modelDirectory' | 'modelShadowDirectory'>,
  log: Log,
  idleMs = IDLE_MS,
): { try(text: string): Promise<TriedSentence>; close(): Promise<void> } {
  const { modelBackend: backend, modelDirectory, modelShadowDirectory } = config
  let opening: Promise<{ readonly live: SentimentScorer; readonly shadow: SentimentScorer | null }> | null = null
  let timer: NodeJS.Timeout | undefined

  const open = async () => {
    const live = await openSentimentScorer({ backend, ...(modelDirectory && { directory: modelDirectory }) })
    const shadow =
      modelShadowDirectory === null
        ? null
        : await openSentimentScorer({ backend, directory: modelShadowDirectory }).catch((cause: unknown) => {
            log.warn(`the candidate model cannot be tried: ${messageOf(cause)}`)
            return null
          })
    return { live, shadow }
  }
  const closeModels = async () => {
    clearTimeout(timer)
    const open = await opening?.catch(() => null)
    opening = null
    await open?.shadow?.close()
    await open?.live.close()
  }
  return {
    async try(text) {
      clearTimeout(timer)
      opening ??= open()
      try {
        return await trySentence(text, await opening)
      } catch (cause) {
        opening = null
        const missing = { score: () => Promise.reject(cause) }
        return await trySentence(text, { live: missing, shadow: null })
      } finally {
        timer = setTimeout(() => void closeModels(), idleMs).unref()
      }
    },
    close: closeModels,
  }
}
