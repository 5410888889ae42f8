import type { Health } from '../../dashboard/server.ts'
import type { NotifyStatus, WorkerStatuses } from '../embedded/status.ts'
import type { SupervisedWorker } from '../embedded/supervised-worker.ts'

type Workers = { readonly [name: string]: Pick<SupervisedWorker, 'failure' | 'starts'> }

/** What is wrong now, in the order in which it matters; empty when everything works. */
export function problemsOf(statuses: WorkerStatuses, workers: Workers): readonly string[] {
  const { collect, analyze, export: exporting } = statuses
  return [
    ...Object.entries(workers).flatMap(([name, { failure }]) => (failure === null ? [] : [`${name}: ${failure}`])),
    analyze?.problem ?? '',
    collect?.problem ?? '',
    exporting?.problem ?? '',
    analyze?.modelProblem ?? '',
    analyze?.abuse?.problem ?? '',
    ...notifyProblems(statuses.notify),
  ].filter((problem) => problem !== '')
}

const notifyProblems = (notify: NotifyStatus | null | undefined): readonly string[] => [
  ...(notify?.problem ? [notify.problem] : []),
  ...(notify?.notifiers ?? []).flatMap(({ name, problem }) => (problem ? [`${name}: ${problem}`] : [])),
]

/** For `/healthz`. A missing model is told, but chat goes on without it: that is no reason to be restarted. */
export function healthOf(statuses: WorkerStatuses, workers: Workers): Health {
  const { collect, analyze, export: exporting } = statuses
  const isRunning = Object.values(workers).every(({ failure }) => failure === null)
  const part = (name: string, problem: string | undefined) => {
    const { failure = null, starts = 1 } = workers[name] ?? {}
    return failure ?? (problem || (starts === 1 ? 'running' : `started ${starts} times`))
  }
  return {
    ok: isRunning && analyze?.state === 'RUNNING' && !collect?.problem && !exporting?.problem,
    parts: {
      analysis: analyze?.state ?? 'starting',
      sentiment: analyze?.model?.name ?? (analyze?.modelProblem || 'loading'),
      ...(analyze?.abuse && { profanity: analyze.abuse.model || analyze.abuse.problem }),
      collect: part('collect', collect?.problem),
      analyze: part('analyze', analyze?.problem),
      export: part('export', exporting?.problem),
      // A notifier that is away is its own server's trouble: restarting us mends nothing.
      ...(workers.notify && { notify: part('notify', notifyProblems(statuses.notify)[0]) }),
    },
  }
}

/**
 * For an init system: threads that died are started again by this process itself, and what a full disk or a missing file
 * stops goes on by itself, so that only an analysis that gave up is a reason to be restarted.
 */
export const roleHealthOf = ({ ok, parts }: Health) => ({
  live: parts.analysis !== 'ERROR' && parts.analysis !== 'PENDING_ERROR',
  ready: ok,
  parts,
})
