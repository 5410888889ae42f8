import type { ScoreShares } from '#models/score-drift.ts'
import type { ModelsStatus } from './open-models.ts'

/** The models of several threads or processes as one: counts added, shares by their messages, the first problem told. */
export function mergeModels(all: readonly ModelsStatus[]): ModelsStatus {
  const [first] = all
  if (first === undefined) throw new RangeError('there is no status to merge')
  if (all.length === 1) return first
  const sum = (of: (status: ModelsStatus) => number) => all.reduce((total, status) => total + of(status), 0)
  const said = (of: (status: ModelsStatus) => string) => all.map(of).find((text) => text !== '') ?? ''
  const shadows = all.flatMap(({ shadow }) => shadow ?? [])
  // Threads that are in the middle of a change compare another candidate: they are left out.
  const same = shadows.filter(({ model }) => model === shadows[0]!.model)
  const compared = same.reduce((total, shadow) => total + shadow.compared, 0)
  return {
    live: {
      model: said(({ live }) => live.model),
      backend: said(({ live }) => live.backend),
      problem: said(({ live }) => live.problem),
      deaths: sum(({ live }) => live.deaths),
      lastDeath: said(({ live }) => live.lastDeath),
      swaps: sum(({ live }) => live.swaps),
      swapProblem: said(({ live }) => live.swapProblem),
      asked: sum(({ live }) => live.asked),
      remembered: sum(({ live }) => live.remembered),
      batches: sum(({ live }) => live.batches),
      waiting: sum(({ live }) => live.waiting),
      refused: sum(({ live }) => live.refused),
      longestWaitMs: Math.max(...all.map(({ live }) => live.longestWaitMs)),
      waitMs: Math.max(...all.map(({ live }) => live.waitMs ?? 0)),
    },
    drift: mergeShares(all.map(({ drift }) => drift)),
    shadow:
      same.length === 0
        ? null
        : {
            model: same[0]!.model,
            backend: same[0]!.backend,
            problem: same.find(({ problem }) => problem !== '')?.problem ?? '',
            compared,
            passedOver: same.reduce((total, shadow) => total + shadow.passedOver, 0),
            failed: same.reduce((total, shadow) => total + shadow.failed, 0),
            table: same[0]!.table.map((row, i) =>
              row.map((_, j) => same.reduce((total, { table }) => total + table[i]![j]!, 0)),
            ),
            meanDifference:
              compared === 0 ? 0 : same.reduce((total, one) => total + one.meanDifference * one.compared, 0) / compared,
            samples: same
              .flatMap(({ samples }) => samples)
              .sort((a, b) => b.at - a.at)
              .slice(0, 20),
          },
  }
}

function mergeShares(all: readonly ScoreShares[]): ScoreShares {
  const messages = all.reduce((sum, shares) => sum + shares.messages, 0)
  const mean = (of: (shares: ScoreShares) => number) =>
    messages === 0 ? 0 : all.reduce((sum, shares) => sum + of(shares) * shares.messages, 0) / messages
  const counted = all.filter(({ unknown }) => unknown !== null)
  const weight = counted.reduce((sum, shares) => sum + shares.messages, 0)
  return {
    messages,
    positive: mean((shares) => shares.positive),
    neutral: mean((shares) => shares.neutral),
    negative: mean((shares) => shares.negative),
    confidence: mean((shares) => shares.confidence),
    unknown: weight === 0 ? null : counted.reduce((sum, { unknown, messages: n }) => sum + unknown! * n, 0) / weight,
  }
}
