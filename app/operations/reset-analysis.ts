import { ANALYSIS } from '../applications.ts'
import type { Operation } from './operation.ts'

export const resetAnalysis: Operation<object> = async function* ({ reset }) {
  await reset(ANALYSIS)
  yield `${ANALYSIS}: state and offsets are gone; the analysis starts again from the log\n`
}
