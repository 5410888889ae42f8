const MAX_EXAMPLES = 10

/** What is wrong with the output, by kind, with some examples of each. */
export class Findings {
  readonly counts: { [kind in Kind]: number } = { lost: 0, doubled: 0, misordered: 0, wrong: 0 }
  readonly examples: string[] = []

  add(kind: Kind, what: string, count = 1): void {
    this.counts[kind] += count
    if (this.examples.length < MAX_EXAMPLES) this.examples.push(`${kind}: ${what}`)
  }

  get isEmpty(): boolean {
    return Object.values(this.counts).every((count) => count === 0)
  }
}

export type Kind = 'lost' | 'doubled' | 'misordered' | 'wrong'
