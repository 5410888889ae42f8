/**
 * How often the surge rule cries wolf, and what it finds in time: `npm run eval:alarms -- [--hours 20] [--surges 40] [--within 30]`.
 * Chats are simulated (`testing/simulated-chat.ts` says how) at five rates and three usual shares each, every seed its own chat;
 * they go through the window, the judgement and the state machine that `raise-alerts` runs, with a new channel's thresholds.
 * Beside each figure stands what is possible: what a detector that knows the truth finds with as many false alarms
 * (`testing/surge-bound.ts`).
 */
import { parseArgs } from 'node:util'
import { boundFound, boundThreshold } from './testing/surge-bound.ts'
import { firingsOf, surgesFound } from './testing/surge-trial.ts'

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '20' },
    surges: { type: 'string', default: '40' },
    within: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
  },
})
const [hours, surges, within, firstSeed] = [values.hours, values.surges, values.within, values.seed].map(Number) as [
  number,
  number,
  number,
  number,
]
const RATES = [2, 5, 10, 20, 50]
const SHARES = [0.12, 0.18, 0.25]
const seeds = Array.from({ length: surges }, (_, i) => firstSeed + 100 + i)

const rows = RATES.map((rate) => {
  const falseAlarms = SHARES.map((share) => firingsOf({ seed: firstSeed, rate, share, seconds: hours * 3_600 }).length)
  const falsePer20h = (falseAlarms.reduce((a, b) => a + b, 0) / (hours * SHARES.length)) * 20
  const found = [2, 5].map((times) => {
    const parts = SHARES.map((share) => surgesFound({ rate, share, times, withinSeconds: within }, seeds))
    const delays = parts.flatMap((part) => part.delays).toSorted((a, b) => a - b)
    const possible = SHARES.map((share) => {
      const threshold = boundThreshold({ rate, share, times }, firstSeed, hours * 5, Math.max(1, falsePer20h))
      return boundFound({ rate, share, times, withinSeconds: within }, threshold, seeds)
    })
    return {
      times,
      share: delays.length / (surges * SHARES.length),
      possible: possible.reduce((a, b) => a + b, 0) / (surges * SHARES.length),
      median: delays[delays.length >> 1] ?? null,
    }
  })
  return { rate, falsePer20h, found }
})

const percent = (share: number) => `${(share * 100).toFixed(1)} %`
console.log(
  `messages/s   false in 20 h   x2 found within ${within} s (possible)   x5 found within ${within} s (possible)   median delay x2, x5`,
)
for (const { rate, falsePer20h, found } of rows)
  console.log(
    [
      String(rate).padStart(10),
      falsePer20h.toFixed(2).padStart(14),
      `${percent(found[0]!.share)} (${percent(found[0]!.possible)})`.padStart(33),
      `${percent(found[1]!.share)} (${percent(found[1]!.possible)})`.padStart(33),
      `${found[0]!.median ?? '-'} s, ${found[1]!.median ?? '-'} s`.padStart(20),
    ].join('   '),
  )
const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length
const fast = rows.filter(({ rate }) => rate >= 10)
console.log(
  `false surges in 20 h of calm chat: ${mean(rows.map(({ falsePer20h }) => falsePer20h)).toFixed(2)} (${hours * SHARES.length * RATES.length} h)`,
)
for (const [i, times] of [2, 5].entries())
  console.log(
    `x${times} for 60 s, found within ${within} s: ${percent(mean(fast.map(({ found }) => found[i]!.share)))} from 10 messages/s on, ${percent(mean(rows.map(({ found }) => found[i]!.share)))} over all rates; possible ${percent(mean(fast.map(({ found }) => found[i]!.possible)))} and ${percent(mean(rows.map(({ found }) => found[i]!.possible)))}`,
  )
