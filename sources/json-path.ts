/** Reads what a platform answered, which may be anything: a step that is not there gives undefined, never an error. */

export type Path = readonly (string | number)[]

export function at(value: unknown, ...path: Path): unknown {
  let current = value
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined
    current = (current as { readonly [name: string]: unknown })[step]
  }
  return current
}

/** '' when it is no string. */
export function textAt(value: unknown, ...path: Path): string {
  const found = at(value, ...path)
  return typeof found === 'string' ? found : ''
}

/** Empty when it is no list. */
export function listAt(value: unknown, ...path: Path): readonly unknown[] {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}

/** A finite number, also where it came as text; null otherwise. */
export function numberAt(value: unknown, ...path: Path): number | null {
  const found = at(value, ...path)
  const number = typeof found === 'string' && /^-?\d{1,16}(\.\d{1,9})?$/.test(found) ? Number(found) : found
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}
