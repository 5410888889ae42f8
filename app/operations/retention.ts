import { JavasError } from '../errors.ts'
import type { Operation } from './operation.ts'

export interface RetentionArgs {
  readonly isDry: boolean
}

/** Its line is what went, or would go: JSON of retention rows. */
export const retainData: Operation<RetentionArgs> = async function* ({ retain }, { isDry }) {
  if (!retain) throw new JavasError('RETENTION_OFF', 'JAVAS_RETENTION is off: nothing goes by its age')
  yield `${JSON.stringify(await retain(isDry))}\n`
}

const MOST_RUNS = 100

/** A line for each run, newest first: the row that was kept of it, as JSON. */
export const listRetentionRuns: Operation<object> = async function* ({ archive }) {
  const { actions } = await archive.actions({ kinds: ['retention'], limit: MOST_RUNS })
  for (const action of actions) yield `${JSON.stringify(action)}\n`
}
