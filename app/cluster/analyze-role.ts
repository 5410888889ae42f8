import { Analysis } from '../analysis.ts'
import type { Config } from '../config.ts'
import type { AnalyzeStatus } from '../embedded/status.ts'
import { messageOf } from '../errors.ts'
import { runRole } from './run-role.ts'

const LOOK_MS = 1_000

/** Our share of the analysis' tasks. */
export function analyzeOnCluster(config: Config, { untilCaughtUp = false }: { readonly untilCaughtUp?: boolean }) {
  return runRole('analyze', config, async ({ broker, topics, log }) => {
    const analysis = await Analysis.open({ broker, config, log, topics })
    await analysis.start()
    let last: AnalyzeStatus = await analysis.status()
    const looking = setInterval(() => {
      analysis.status().then(
        (status) => {
          last = status
        },
        (cause: unknown) => log.debug(`the status cannot be measured: ${messageOf(cause)}`),
      )
    }, LOOK_MS)
    return {
      ended: untilCaughtUp ? Promise.race([analysis.failed, analysis.caughtUp()]) : analysis.failed,
      status: () => ({ state: last.state, problem: last.problem, analyze: last }),
      async close() {
        clearInterval(looking)
        await analysis.close()
      },
    }
  })
}
