/** Two verdicts on the same messages: what the archive holds, and what today's topology says. */
import { maskText } from '#processors/mask.ts'
import type { AnalyzedMessage } from '#schemas/types.ts'
import {
  type Comparison,
  type DifferenceExample,
  type DifferenceKind,
  differenceKinds,
  type VerdictChange,
} from '../../dashboard/replays.ts'

const EXAMPLES = 5
const LONGEST = 120
const MOST_MODELS = 20

export class VerdictDifferences {
  #messages = 0
  #same = 0
  readonly #counts = new Map<DifferenceKind, number>()
  readonly #changes = new Map<string, VerdictChange>()
  readonly #examples = new Map<DifferenceKind, DifferenceExample[]>()
  readonly #before = new Set<string>()
  readonly #after = new Set<string>()

  add(before: AnalyzedMessage, after: AnalyzedMessage): void {
    this.#messages += 1
    note(this.#before, before)
    note(this.#after, after)
    const kinds = differencesOf(before, after)
    if (kinds.length === 0) this.#same += 1
    for (const kind of kinds) {
      this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1)
      const change = { kind, before: said(kind, before), after: said(kind, after) }
      const name = Object.values(change).join(' ')
      this.#changes.set(name, { ...change, messages: (this.#changes.get(name)?.messages ?? 0) + 1 })
      const examples = this.#examples.get(kind) ?? []
      this.#examples.set(kind, examples)
      if (examples.length < EXAMPLES) examples.push(exampleOf(kind, before, after))
    }
  }

  result(place: { readonly channelId: string; readonly broadcastId: string }, missing: number): Comparison {
    const each = <T>(of: (kind: DifferenceKind) => T) =>
      Object.fromEntries(differenceKinds.map((kind) => [kind, of(kind)])) as { [kind in DifferenceKind]: T }
    return {
      ...place,
      messages: this.#messages,
      same: this.#same,
      missing,
      differences: each((kind) => this.#counts.get(kind) ?? 0),
      changes: [...this.#changes.values()].sort((one, other) => other.messages - one.messages),
      examples: each((kind) => this.#examples.get(kind) ?? []),
      models: { before: [...this.#before].sort(), after: [...this.#after].sort() },
    }
  }
}

function differencesOf(before: AnalyzedMessage, after: AnalyzedMessage): DifferenceKind[] {
  const kinds: DifferenceKind[] = []
  if (before.severity !== after.severity)
    kinds.push(before.severity === 0 ? 'profanity-found' : after.severity === 0 ? 'profanity-lost' : 'severity-changed')
  const [label, now] = [before.sentiment?.label, after.sentiment?.label]
  if (label !== now) kinds.push(!label ? 'sentiment-scored' : now ? 'sentiment-flipped' : 'sentiment-lost')
  return kinds
}

const said = (kind: DifferenceKind, { severity, sentiment }: AnalyzedMessage): string =>
  kind.startsWith('sentiment') ? (sentiment?.label ?? '-') : String(severity)

function exampleOf(kind: DifferenceKind, before: AnalyzedMessage, after: AnalyzedMessage): DifferenceExample {
  const text = maskText(before.message.text, [...before.profanity, ...after.profanity], 1).replace(
    /[\s\p{Cc}\p{Cf}]+/gu,
    ' ',
  )
  return {
    at: before.message.timestamp,
    text: [...text].slice(0, LONGEST).join(''),
    before: said(kind, before),
    after: said(kind, after),
  }
}

function note(models: Set<string>, { sentiment }: AnalyzedMessage): void {
  if (sentiment && models.size < MOST_MODELS) models.add(sentiment.model)
}
