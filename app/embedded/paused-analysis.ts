import type { SupervisedWorker } from './supervised-worker.ts'

export type WhilePaused = <T>(work: () => Promise<T>) => Promise<T>

/** Runs work on the analysis' state while no task of it runs: one at a time, and it goes on afterwards whatever happened. */
export function pausing(analyze: Pick<SupervisedWorker, 'call'>): WhilePaused {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(async () => {
      await analyze.call('pause')
      try {
        return await work()
      } finally {
        await analyze.call('resume')
      }
    })
    last = turn.catch(() => {})
    return turn
  }
}
