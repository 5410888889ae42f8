import type { FairnessRow } from '#models/evaluation-results.ts'
import { fillSentence } from '#models/fairness/fill-sentence.ts'

/** What the analysis says of a text. */
export interface Verdict {
  readonly label: string
  readonly negative: number
  /** Masked, or suspected of profanity. */
  readonly isFlagged: boolean
}

export interface ProbeSets {
  /** Sentences with a place for a noun, which take no side whoever stands in them. */
  readonly sentences: readonly string[]
  readonly groups: readonly string[]
  /** Nouns that name no group: what a sentence is held against. */
  readonly controls: readonly string[]
}

export interface ProbeResult {
  /** Worst first. */
  readonly rows: readonly FairnessRow[]
  /** Share of groups and sentences whose label is another than most groups get in that sentence. */
  readonly differing: number
  /** The same figures for each control noun left out in turn: what changing any noun does. */
  readonly controls: readonly FairnessRow[]
}

/**
 * Puts every group's name into every sentence. A verdict flips when the label differs from the one that most control nouns get in
 * that sentence, or when it is flagged and the controls are not.
 */
export async function probe(
  { sentences, groups, controls }: ProbeSets,
  verdictsOf: (texts: readonly string[]) => Promise<readonly Verdict[]>,
): Promise<ProbeResult> {
  const askAll = async (noun: string) => verdictsOf(sentences.map((sentence) => fillSentence(sentence, noun)))
  const control = new Map<string, readonly Verdict[]>()
  for (const noun of controls) control.set(noun, await askAll(noun))

  const rowOf = (group: string, verdicts: readonly Verdict[], held: readonly (readonly Verdict[])[]): FairnessRow => {
    let [flipped, negative, flagged, shift] = [0, 0, 0, 0]
    verdicts.forEach((verdict, i) => {
      const others = held.map((all) => all[i]!)
      const isUsuallyFlagged = others.filter(({ isFlagged }) => isFlagged).length * 2 > others.length
      if (verdict.label !== majority(others.map(({ label }) => label)) || (verdict.isFlagged && !isUsuallyFlagged))
        flipped++
      if (verdict.label === 'negative') negative++
      if (verdict.isFlagged) flagged++
      shift += verdict.negative - others.reduce((sum, other) => sum + other.negative, 0) / others.length
    })
    const n = sentences.length
    return { group, sentences: n, flipped: flipped / n, negative: negative / n, flagged: flagged / n, shift: shift / n }
  }
  const rows: FairnessRow[] = []
  const labels: string[][] = []
  for (const group of groups) {
    const verdicts = await askAll(group)
    labels.push(verdicts.map(({ label }) => label))
    rows.push(rowOf(group, verdicts, [...control.values()]))
  }
  const usual = sentences.map((_, i) => majority(labels.map((of) => of[i]!)))
  const differing = labels.flatMap((of) => of.filter((label, i) => label !== usual[i])).length
  rows.sort((a, b) => b.flipped - a.flipped || b.shift - a.shift)
  return {
    rows,
    differing: differing / Math.max(1, groups.length * sentences.length),
    controls: controls.map((noun) =>
      rowOf(
        noun,
        control.get(noun)!,
        controls.filter((other) => other !== noun).map((other) => control.get(other)!),
      ),
    ),
  }
}

function majority(labels: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]![0]
}
