import { type Below, randomOf } from '../random.ts'
import type { CaseInput, CaseSuppression, CaseWindows, OracleCase } from './oracle-case.ts'

/** A case that its seed decides alone: small windows, few keys, times that tie, go back and jump. */
export function randomCase(seed: number): Omit<OracleCase, 'id'> {
  const below = randomOf(seed)
  const oneIn = (n: number) => below(n) === 0
  const windows = randomWindows(below)
  const isTable = windows.kind === 'table'
  const emit = !isTable && oneIn(3) ? 'final' : 'updates'
  const suppress = emit === 'updates' && !oneIn(3) ? randomSuppression(below, isTable) : undefined
  return {
    name: `seed ${seed}`,
    windows,
    aggregate: (['count', 'reduce', 'join'] as const)[below(3)]!,
    emit,
    ...(suppress && { suppress }),
    ...storeOf(windows, emit, oneIn),
    inputs: randomInputs(below, oneIn, isTable, suppress === undefined),
    ours: { commitEvery: 1 + below(20), batchSize: 1 + below(20) },
  }
}

/** Settings of Java's stores under which its retention decides nothing that its grace does not (see the named differences). */
function storeOf(windows: CaseWindows, emit: 'updates' | 'final', oneIn: (n: number) => boolean): Partial<OracleCase> {
  if (windows.kind === 'session')
    return { retention: windows.gap + windows.grace + 1, ...((emit === 'final' || oneIn(12)) && { onDisk: true }) }
  const isLong = windows.kind === 'sliding' || emit === 'final'
  return { ...(isLong && { retention: 3_600_000 }), ...(oneIn(12) && { onDisk: true }) }
}

function randomWindows(below: Below): CaseWindows {
  const grace = [0, below(4), below(40)][below(3)]!
  const size = 1 + below(20)
  const roll = below(100)
  if (roll < 28) return { kind: 'time', size, advance: size, grace }
  if (roll < 52) return { kind: 'time', size, advance: 1 + below(size), grace }
  if (roll < 72) return { kind: 'sliding', difference: 1 + below(14), grace }
  if (roll < 92) return { kind: 'session', gap: 1 + below(10), grace }
  return { kind: 'table' }
}

function randomSuppression(below: Below, isTable: boolean): CaseSuppression {
  const roll = below(10)
  if (!isTable && roll < 5) return roll === 0 ? { until: 'close', maxRecords: 1 + below(6) } : { until: 'close' }
  const limit = [0, below(5), below(40)][below(3)]!
  if (roll < 8) return { until: 'time', limit }
  return { until: 'time', limit, maxRecords: 1 + below(4), whenFull: roll === 8 ? 'emit-early' : 'fail' }
}

function randomInputs(
  below: Below,
  oneIn: (n: number) => boolean,
  isTable: boolean,
  mayHaveNullKeys: boolean,
): CaseInput[] {
  const keys = 'ABCD'.slice(0, 1 + below(4))
  const step = 1 + below(8)
  const inputs: CaseInput[] = []
  const rows = new Map<string, string | null>()
  let now = below(30)
  for (let i = 0, count = 1 + below(40); i < count; i++) {
    if (oneIn(25)) inputs.push({ restart: true })
    now += oneIn(20) ? below(100) : below(step)
    const k = mayHaveNullKeys && !isTable && oneIn(25) ? null : keys[below(keys.length)]!
    // A table goes by its rows' own times and never repeats a row's value (see the named differences).
    const t = !isTable && oneIn(3) ? Math.max(0, now - below(oneIn(3) ? 40 : 8)) : now
    const v = isTable ? anotherThan(rows.get(k!), below) : String(i)
    rows.set(k!, v)
    inputs.push({ k, v, t })
  }
  return inputs
}

const anotherThan = (value: string | null | undefined, below: Below): string | null => {
  const others = ['x', 'y', 'z', null].filter((other) => other !== (value ?? null))
  return others[below(others.length)]!
}
