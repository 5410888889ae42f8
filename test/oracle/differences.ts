import type { OracleAnswer, OracleCase } from './oracle-case.ts'

/** What is not the same in two answers, a line each; empty when record for record everything is. */
export function differences(
  java: OracleAnswer,
  ours: OracleAnswer,
  { windows, suppress }: Partial<OracleCase> = {},
): readonly string[] {
  if (java.failed || ours.failed)
    return Boolean(java.failed) === Boolean(ours.failed) ? [] : [`failed: java ${!!java.failed}, ours ${!!ours.failed}`]
  const found = (['results', 'suppressed'] as const).flatMap((output) => {
    const isLoose = output === 'suppressed' && windows?.kind === 'sliding' && suppress?.until === 'close'
    const [theirs, own] = isLoose ? [once(lastOfEachRecord(java)), once(ours[output])] : [java[output], ours[output]]
    const at = Array.from({ length: Math.max(theirs.length, own.length) }, (_, i) => i).find(
      (i) => theirs[i] !== own[i],
    )
    if (at === undefined) return []
    return [`${output}[${at}]: java ${theirs[at] ?? 'nothing'}, ours ${own[at] ?? 'nothing'}`]
  })
  if (java.dropped !== ours.dropped) found.push(`dropped: java ${java.dropped}, ours ${ours.dropped}`)
  return found
}

/** The same update given twice (see the sliding window rule) is let go twice, or once. */
const once = (results: readonly string[]): readonly string[] => [...new Set(results)].sort()

/**
 * A sliding window ends with a record at its very end, which moves stream time there: Kafka Streams lets the window go
 * without this record, and at once again with it. Ours waits until the record is done and gives the second one only.
 */
function lastOfEachRecord({ suppressed, after = [] }: OracleAnswer): readonly string[] {
  const windowOf = (result: string) => result.slice(0, result.indexOf('='))
  return suppressed.filter(
    (result, i) =>
      !suppressed.some((other, j) => j > i && after[j] === after[i] && windowOf(other) === windowOf(result)),
  )
}
