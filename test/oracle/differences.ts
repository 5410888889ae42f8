import type { OracleAnswer } from './oracle-case.ts'

/** What is not the same in two answers, a line each; empty when record for record everything is. */
export function differences(java: OracleAnswer, ours: OracleAnswer): readonly string[] {
  if (java.failed || ours.failed)
    return Boolean(java.failed) === Boolean(ours.failed) ? [] : [`failed: java ${!!java.failed}, ours ${!!ours.failed}`]
  const found = (['results', 'suppressed'] as const).flatMap((output) => {
    const [theirs, own] = [java[output], ours[output]]
    const at = Array.from({ length: Math.max(theirs.length, own.length) }, (_, i) => i).find(
      (i) => theirs[i] !== own[i],
    )
    if (at === undefined) return []
    return [`${output}[${at}]: java ${theirs[at] ?? 'nothing'}, ours ${own[at] ?? 'nothing'}`]
  })
  if (java.dropped !== ours.dropped) found.push(`dropped: java ${java.dropped}, ours ${ours.dropped}`)
  return found
}
