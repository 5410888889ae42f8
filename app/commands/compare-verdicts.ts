import { type Comparison, differenceKinds } from '../../dashboard/replays.ts'
import { readConfig } from '../config.ts'
import { runOnData } from '../open-data.ts'
import { resultOf } from '../operations/with-progress.ts'
import { printable } from '../printable.ts'
import { showProgress } from '../progress.ts'
import { textTable } from '../text-table.ts'

export async function compareVerdicts(
  channelId: string,
  broadcastId: string,
  { speed, json = false }: { readonly speed: number | 'max'; readonly json?: boolean },
): Promise<void> {
  const shown: { progress: ReturnType<typeof showProgress> | null } = { progress: null }
  const lines = runOnData(readConfig(), 'compare-verdicts', { channelId, broadcastId, speed })
  const comparison = await resultOf<Comparison>(lines, ({ done, total }) => {
    shown.progress ??= showProgress('compare', total)
    shown.progress.update(done)
  })
  shown.progress?.finish()
  if (json) return void process.stdout.write(`${JSON.stringify(comparison, null, 2)}\n`)
  for (const line of linesOf(comparison)) process.stdout.write(line)
}

export function* linesOf({ messages, same, missing, differences, examples, models }: Comparison): Generator<string> {
  yield `${messages} messages compared, ${same} judged the same, ${missing} without an answer\n`
  yield `sentiment by ${models.before.join(', ') || 'none'}, now ${models.after.join(', ') || 'none'}\n`
  yield* textTable(
    ['difference', 'messages'],
    differenceKinds.map((kind) => [kind, String(differences[kind])]),
  )
  for (const kind of differenceKinds)
    for (const { at, before, after, text } of examples[kind])
      yield `${kind} ${new Date(at).toISOString().slice(0, 19)} ${before} -> ${after}: ${printable(text)}\n`
}
