/** Something that carries units: a process or a thread of one. */
export interface Bin {
  readonly name: string
  /** Its part of the load; a process' number of threads. */
  readonly weight: number
}

export interface BalanceRules<Unit> {
  /** Units of one kind are spread when nothing else decides. */
  kind(unit: Unit): string
  /** Where in its bin the unit is now: the fullest part gives first. */
  part?(unit: Unit): string | undefined
  /** Where the unit is now. */
  current(unit: Unit): string | undefined
  /** How much of what the unit needs is there already; undefined: nothing. */
  stock(unit: Unit, bin: string): number | undefined
  /** Beside what the bin has now. */
  mayCarry(unit: Unit, bin: string, beside: readonly Unit[]): boolean
}

interface Load<Unit> extends Bin {
  readonly units: Unit[]
  readonly low: number
  readonly high: number
}

/** Placing what was given up may leave somebody short again where not every bin may carry every unit. */
const MAX_PASSES = 10

/**
 * Puts every unit into a bin so that each bin has its share, rounded down or up, with as few moves from `current` as that
 * allows. What has no place yet goes where most of it lies already, if there is room. The result depends on the order
 * of `units` and on names only; put in as `current`, it comes out again. A unit that no bin may carry is left out.
 */
export function balance<Unit>(
  units: readonly Unit[],
  bins: readonly Bin[],
  rules: BalanceRules<Unit>,
): ReadonlyMap<Unit, string> {
  const weights = bins.reduce((sum, { weight }) => sum + weight, 0)
  const loads = [...bins].sort(byName).map((bin): Load<Unit> => {
    const share = (units.length * bin.weight) / weights
    return { ...bin, units: [], low: Math.floor(share), high: Math.ceil(share) }
  })

  // 1. Everything stays where it is.
  let pool: Unit[] = []
  for (const unit of units) {
    const at = rules.current(unit)
    const load = loads.find(({ name }) => name === at)
    if (load && rules.mayCarry(unit, load.name, load.units)) load.units.push(unit)
    else pool.push(unit)
  }
  const order = new Map(units.map((unit, i) => [unit, i]))
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    // 2. Nobody keeps more than a share; then whoever has most gives until the others can have theirs.
    pool.push(...giveUp(loads, pool.length, rules))
    if (pool.length === 0) break
    // 3. The rest: first to where a copy lies, then to whoever has least.
    pool.sort((a, b) => order.get(a)! - order.get(b)!)
    pool = place(pool, loads, rules)
  }
  const placed = new Map<Unit, string>()
  for (const { name, units: carried } of loads) for (const unit of carried) placed.set(unit, name)
  return placed
}

function giveUp<Unit>(loads: readonly Load<Unit>[], pooled: number, rules: BalanceRules<Unit>): Unit[] {
  const given: Unit[] = []
  const take = (load: Load<Unit>, limit: 'low' | 'high'): boolean => {
    const unit = release(load, loads, limit, rules)
    if (unit !== undefined) given.push(unit)
    return unit !== undefined
  }
  for (const load of loads) while (load.units.length > load.high) if (!take(load, 'high')) break
  while (pooled + given.length < missing(loads)) {
    const givers = loads.filter(({ units, low }) => units.length > low).sort((a, b) => excess(b) - excess(a))
    if (!givers.some((load) => take(load, 'low'))) break
  }
  return given
}

/** Returns what nobody may carry. */
function place<Unit>(pool: readonly Unit[], loads: readonly Load<Unit>[], rules: BalanceRules<Unit>): Unit[] {
  const homeless: Unit[] = []
  for (const [i, unit] of pool.entries()) {
    const left = pool.length - i + homeless.length
    const load = bestCopy(unit, loads, rules, left > missing(loads))
    if (load) load.units.push(unit)
    else homeless.push(unit)
  }
  return homeless.filter((unit) => {
    const load = emptiest(unit, loads, rules)
    load?.units.push(unit)
    return load === undefined
  })
}

/** How many units it takes until nobody is below the share rounded down. */
function missing<Unit>(loads: readonly Load<Unit>[]): number {
  return loads.reduce((sum, { units, low }) => sum + Math.max(0, low - units.length), 0)
}

/**
 * Takes one away that somebody with room may carry: of the fullest part, of those one that has a copy elsewhere, else of
 * the kind there are most of, else the last one.
 */
function release<Unit>(
  load: Load<Unit>,
  loads: readonly Load<Unit>[],
  limit: 'low' | 'high',
  { kind, part, stock, mayCarry }: BalanceRules<Unit>,
): Unit | undefined {
  const count = (name: (unit: Unit) => string | undefined) => {
    const counts = new Map<string | undefined, number>()
    for (const unit of load.units) counts.set(name(unit), (counts.get(name(unit)) ?? 0) + 1)
    return (unit: Unit) => counts.get(name(unit))!
  }
  const others = loads.filter((other) => other !== load && other.units.length < other[limit])
  const ofPart = count((unit) => part?.(unit))
  const ofKind = count(kind)
  const hasCopy = (unit: Unit) => (others.some(({ name }) => stock(unit, name) !== undefined) ? 1 : 0)
  let best: Unit | undefined
  for (const unit of load.units) {
    if (!others.some((other) => mayCarry(unit, other.name, other.units))) continue
    const isBetter =
      best === undefined ||
      (ofPart(unit) - ofPart(best) || hasCopy(unit) - hasCopy(best) || ofKind(unit) - ofKind(best)) >= 0
    if (isBetter) best = unit
  }
  if (best !== undefined) load.units.splice(load.units.indexOf(best), 1)
  return best
}

function bestCopy<Unit>(
  unit: Unit,
  loads: readonly Load<Unit>[],
  { stock, mayCarry }: BalanceRules<Unit>,
  mayExceedLow: boolean,
): Load<Unit> | undefined {
  let best: Load<Unit> | undefined
  let most = -1
  for (const load of loads) {
    const has = stock(unit, load.name)
    if (has === undefined || has <= most || !mayCarry(unit, load.name, load.units)) continue
    if (load.units.length >= (mayExceedLow ? load.high : load.low)) continue
    best = load
    most = has
  }
  return best
}

function emptiest<Unit>(
  unit: Unit,
  loads: readonly Load<Unit>[],
  { kind, mayCarry }: BalanceRules<Unit>,
): Load<Unit> | undefined {
  const able = loads.filter(({ name, units }) => mayCarry(unit, name, units))
  const room = (limit: 'low' | 'high') => able.filter((load) => load.units.length < load[limit])
  const candidates = [room('low'), room('high'), able].find((some) => some.length > 0) ?? []
  const ofKind = (load: Load<Unit>) => load.units.filter((other) => kind(other) === kind(unit)).length / load.weight
  // Sorting is stable: names decide last.
  return [...candidates].sort(
    (a, b) => ofKind(a) - ofKind(b) || a.units.length / a.weight - b.units.length / b.weight,
  )[0]
}

const excess = <Unit>({ units, low }: Load<Unit>) => units.length - low
const byName = (a: Bin, b: Bin) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
