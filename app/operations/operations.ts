/** Every command on the data by its name, for the running process and for a command that opens the folder itself. */
import { JavasError } from '../errors.ts'
import { act } from './act.ts'
import { collectEvidence } from './collect-evidence.ts'
import { compareBroadcast } from './compare-verdicts.ts'
import { countArchive, downloadArchive } from './download-archive.ts'
import { dryRunAlarms } from './dry-run-alarms.ts'
import { erasePerson } from './erase-person.ts'
import { exportFeedback } from './export-feedback.ts'
import { listTopics } from './list-topics.ts'
import { reportBroadcast } from './make-report.ts'
import type { Operation, OperationContext } from './operation.ts'
import { actionOfOperation } from './recorded.ts'
import { resetAnalysis } from './reset-analysis.ts'
import { listRetentionRuns, retainData } from './retention.ts'
import { searchArchive } from './search-archive.ts'
import { showLag } from './show-lag.ts'
import { verifyData } from './verify-archive.ts'
import { watchLink } from './watch-link.ts'

export const operations = {
  'archive-search': searchArchive,
  'archive-count': countArchive,
  'archive-download': downloadArchive,
  'archive-dry-run-alarms': dryRunAlarms,
  'feedback-export': exportFeedback,
  report: reportBroadcast,
  'compare-verdicts': compareBroadcast,
  'erase-person': erasePerson,
  retention: retainData,
  'retention-log': listRetentionRuns,
  'evidence-collect': collectEvidence,
  topics: listTopics,
  lag: showLag,
  'verify-archive': verifyData,
  watch: watchLink,
  reset: resetAnalysis,
  act,
} as const

export type OperationName = keyof typeof operations
export type OperationArgs<N extends OperationName> = (typeof operations)[N] extends Operation<infer A> ? A : never

/** Written down before it shows or changes anything. @throws JavasError OPERATION_UNKNOWN */
export async function* runOperation(
  context: OperationContext,
  name: string,
  args: unknown,
  signal: AbortSignal,
): AsyncIterable<string> {
  const lines = runOperationOf(operations, context, name, args, signal)
  const action = actionOfOperation(name as OperationName, args as never)
  if (action) await context.act(action)
  yield* lines
}

/** The same on another table of operations. */
export function runOperationOf<Context>(
  table: { readonly [name: string]: unknown },
  context: Context,
  name: string,
  args: unknown,
  signal: AbortSignal,
): AsyncIterable<string> {
  if (!Object.hasOwn(table, name))
    throw new JavasError('OPERATION_UNKNOWN', `the running javas knows no "${name}": is it another version?`)
  const operation = table[name] as (context: Context, args: unknown, signal: AbortSignal) => AsyncIterable<string>
  return operation(context, args, signal)
}
