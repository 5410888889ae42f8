/** One metric: what it is called, and what it is now. */
export interface Measure {
  /** Prometheus' name; a counter's ends in `_total`. */
  readonly name: string
  readonly kind: 'counter' | 'gauge'
  /** What a person has to know of it, units included. */
  readonly help: string
  /** Its series; none while there is nothing to say. */
  read(): Iterable<Series> | Promise<Iterable<Series>>
}

export interface Series {
  readonly value: number
  readonly labels?: { readonly [name: string]: string }
}

type Read = () => number | null | undefined | readonly Series[] | Promise<readonly Series[]>

const seriesOf = (read: Read) => () => {
  const now = read()
  if (typeof now === 'number') return Number.isFinite(now) ? [{ value: now }] : []
  return now ?? []
}

export const counter = (name: string, help: string, read: Read): Measure => ({
  name,
  kind: 'counter',
  help,
  read: seriesOf(read),
})
export const gauge = (name: string, help: string, read: Read): Measure => ({
  name,
  kind: 'gauge',
  help,
  read: seriesOf(read),
})
