/** The sentiment model at work in one stream thread: live with its successors, a candidate beside it, and what both are doing. */

import { type BatchingScorer, batchCalls } from '#models/batching-scorer.ts'
import { type RememberingScorer, rememberScores } from '#models/remembering-scorer.ts'
import { ScoreDrift, type ScoreShares } from '#models/score-drift.ts'
import { openSentimentScorer, type ScorerOptions, type SentimentScore } from '#models/sentiment-scorer.ts'
import { ShadowComparison, type ShadowFigures } from '#models/shadow-comparison.ts'
import { WEIGHTS_FOLDER } from '#models/weights-file.ts'
import { maskText } from '#processors/mask.ts'
import { sentimentText } from '#processors/score-sentiment.ts'
import type { AnalyzedMessage } from '#schemas/types.ts'
import type { Config } from '../config.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { openResilientScorer, type ResilientScorer } from './resilient-scorer.ts'
import { modelFiles, watchModelFolder } from './watch-model-folder.ts'

/** What the models of one thread are doing: cloneable, a few kilobytes at most. */
export interface ModelsStatus {
  readonly live: {
    /** name@version; '' while there is none. */
    readonly model: string
    readonly backend: string
    /** Why there is none, or ''. */
    readonly problem: string
    readonly deaths: number
    readonly lastDeath: string
    readonly swaps: number
    /** Why the newest files in its folder did not take over, or ''. */
    readonly swapProblem: string
    /** Texts asked for, texts that were remembered, batches, texts that wait now, calls refused, longest wait for a batch (ms). */
    readonly asked: number
    readonly remembered: number
    readonly batches: number
    readonly waiting: number
    readonly refused: number
    readonly longestWaitMs: number
    /** From the question to the answer, the longest of the last ten seconds, ms; absent in what an earlier version told. */
    readonly waitMs?: number
  }
  /** Of the last hour. */
  readonly drift: ScoreShares
  readonly shadow:
    | (ShadowFigures & { readonly model: string; readonly backend: string; readonly problem: string })
    | null
}

export interface Models extends ResilientScorer {
  /** Takes note of what the live model said of these messages. Returns at once. */
  scored(messages: readonly AnalyzedMessage[], scores: readonly SentimentScore[]): void
  readonly shadow: ResilientScorer | null
  status(): ModelsStatus
  /** Forgets what people wrote. */
  forgetSamples(): Promise<void>
}

export interface OpenModelsOptions {
  /** Scorers as tests want them. */
  readonly open?: (options: ScorerOptions) => ReturnType<typeof openSentimentScorer>
  readonly watchEveryMs?: number
  readonly retryMs?: number
  readonly patienceMs?: number
}

/** Opens the configured models. A missing one stops nothing and is opened later; new files in its folder take over. */
export async function openModels(
  config: Pick<Config, 'modelBackend' | 'modelDirectory' | 'modelShadowDirectory'>,
  log: Log,
  options: OpenModelsOptions = {},
): Promise<Models> {
  const { modelBackend: backend, modelDirectory, modelShadowDirectory } = config
  const { open = openSentimentScorer, watchEveryMs, retryMs, patienceMs } = options
  const retrying = { ...(retryMs !== undefined && { retryMs }), ...(patienceMs !== undefined && { patienceMs }) }
  const liveFolder = modelDirectory ?? WEIGHTS_FOLDER
  // Before they are read: what is put there from now on is another version.
  const liveFiles = modelFiles(liveFolder)
  const shadowFiles = modelShadowDirectory === null ? null : modelFiles(modelShadowDirectory)
  let remembering: RememberingScorer | undefined
  let batching: BatchingScorer | undefined
  const live = await openResilientScorer({
    log,
    ...retrying,
    open: async () => {
      batching = batchCalls(await open({ backend, ...(modelDirectory && { directory: modelDirectory }) }))
      remembering = rememberScores(batching)
      return remembering
    },
  })
  // It starts behind the live one and may be missing for as long as it likes.
  const shadow =
    modelShadowDirectory === null
      ? null
      : await openResilientScorer({
          log,
          name: 'candidate model',
          patienceMs: 0,
          ...retrying,
          open: () => open({ backend, directory: modelShadowDirectory, inBackground: true }),
        })
  const comparison = shadow && new ShadowComparison(shadow)
  const drift = new ScoreDrift()
  let swapProblem = ''

  const follow = (
    folder: string,
    loaded: string | null,
    scorer: ResilientScorer,
    name: string,
    onProblem: (problem: string) => void,
  ) =>
    watchModelFolder({
      folder,
      loaded,
      ...(watchEveryMs !== undefined && { everyMs: watchEveryMs }),
      onChange: () => {
        scorer.swap().then(
          () => onProblem(''),
          (cause: unknown) => {
            onProblem(messageOf(cause))
            log.warn(`the new ${name} in ${folder} is not taken: ${messageOf(cause)}; the one in use goes on`)
          },
        )
      },
    })
  const stops = [
    follow(liveFolder, liveFiles, live, 'sentiment model', (problem) => {
      swapProblem = problem
    }),
    ...(shadow ? [follow(modelShadowDirectory!, shadowFiles, shadow, 'candidate model', () => {})] : []),
  ]

  return {
    get model() {
      return live.model
    },
    get backend() {
      return live.backend
    },
    get vocabulary() {
      return live.vocabulary
    },
    get problem() {
      return live.problem
    },
    get deaths() {
      return live.deaths
    },
    get lastDeath() {
      return live.lastDeath
    },
    get swaps() {
      return live.swaps
    },
    score: (texts) => live.score(texts),
    swap: () => live.swap(),
    shadow,
    scored(messages, scores) {
      drift.add(scores, live.vocabulary)
      if (!comparison || shadow?.problem) return
      comparison.offer(
        messages.map(({ message }) => sentimentText(message)),
        scores,
        (place) => {
          const { message, profanity } = messages[place]!
          const { channelId, broadcastId } = message
          return { text: maskText(message.text, profanity, 1), channelId, broadcastId, at: Date.now() }
        },
      )
    },
    status: () => ({
      live: {
        model: live.model,
        backend: live.backend,
        problem: live.problem,
        deaths: live.deaths,
        lastDeath: live.lastDeath,
        swaps: live.swaps,
        swapProblem,
        asked: remembering?.counts.asked ?? 0,
        remembered: remembering?.counts.remembered ?? 0,
        batches: batching?.batching.batches ?? 0,
        waiting: batching?.batching.waiting ?? 0,
        refused: batching?.batching.refused ?? 0,
        longestWaitMs: batching?.batching.longestWaitMs ?? 0,
        waitMs: batching?.batching.waitMs ?? 0,
      },
      drift: drift.shares(),
      shadow: shadow &&
        comparison && {
          ...comparison.figures(),
          model: shadow.model,
          backend: shadow.backend,
          problem: shadow.problem,
        },
    }),
    forgetSamples: async () => comparison?.forgetSamples(),
    async close() {
      for (const stop of stops) stop()
      await shadow?.close()
      await live.close()
    },
  }
}
