import { openAbuseGrader } from '#processors/profanity/model/abuse-grader.ts'
import { startStreamThreads } from '#topology'
import { analysisCaughtUp, measured } from '../analysis-progress.ts'
import type { Config } from '../config.ts'
import type { AnalyzeStatus } from '../embedded/status.ts'
import { engineLog } from '../engine-log.ts'
import { messageOf } from '../errors.ts'
import { mergeModels } from '../models/merge-models.ts'
import type { AnalysisThreadData } from './analysis-thread.ts'
import { followModels, type ModelReport } from './model-reports.ts'
import { runRole } from './run-role.ts'

const LOOK_MS = 1_000
const CAUGHT_UP_EVERY_MS = 200
/** Less than the role's own patience, so that the rest can be closed in order behind it. */
const CLOSE_MS = 3_500

/** Our share of the analysis' tasks, over the configured number of threads. */
export function analyzeOnCluster(config: Config, { untilCaughtUp = false }: { readonly untilCaughtUp?: boolean }) {
  return runRole('analyze', config, async ({ broker, topics, cluster, log, instanceId, tasksDirectory }) => {
    const models = followModels()
    // Each thread opens its own; the files are the same.
    const { model, problem: abuseProblem } = openAbuseGrader()
    const abuse = { model, problem: abuseProblem }
    const data: AnalysisThreadData = { config, instanceId, stateDirectory: tasksDirectory }
    const threads = await startStreamThreads({
      module: new URL('./analysis-thread.ts', import.meta.url),
      threads: cluster.threads,
      data,
      closeTimeoutMs: CLOSE_MS,
      logger: engineLog(log),
    })
    let last: ReturnType<typeof measured> = measured([])
    const look = async () => {
      const metrics = (await threads.metrics()).threads.flatMap((thread) => thread.metrics ?? [])
      last = measured(metrics)
    }
    await look()
    const looking = setInterval(
      () => void look().catch((cause: unknown) => log.debug(`nothing can be measured: ${messageOf(cause)}`)),
      LOOK_MS,
    )
    const failed = threads.ended()
    failed.catch(() => {})
    return {
      ended: untilCaughtUp ? Promise.race([failed, analysisCaughtUp(broker, topics, CAUGHT_UP_EVERY_MS)]) : failed,
      status: () => {
        const problem = threads.failure?.message ?? ''
        return {
          state: threads.state,
          problem,
          analyze: { state: threads.state, problem, ...last, ...modelOf(models.reports), abuse },
        }
      },
      async close() {
        clearInterval(looking)
        models.close()
        await threads.close()
      },
    }
  })
}

/** Of all threads: one model, and the first problem. */
function modelOf(reports: ReadonlyMap<number, ModelReport>): Pick<AnalyzeStatus, 'model' | 'modelProblem' | 'models'> {
  const all = [...reports.values()]
  const good = all.find(({ problem }) => problem === '')
  return {
    model: good ? { name: good.model, backend: good.backend } : null,
    modelProblem: all.find(({ problem }) => problem !== '')?.problem ?? '',
    ...(all.length > 0 && { models: mergeModels(all.map(({ models }) => models)) }),
  }
}
