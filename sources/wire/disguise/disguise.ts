/** Takes the viewers out of what a platform sent, without breaking its form. */
export interface Disguise {
  /** an HTTP body */
  readonly body: (text: string) => string
  /** a frame of a socket, either way */
  readonly frame: (data: Buffer) => Buffer
}

/** What is no JSON is an error page: its beginning says enough. */
const KEPT_PAGE = 500

export interface JsonRules {
  /** properties whose text is somebody's id or name; null takes the property away */
  readonly people: { readonly [property: string]: ((name: string) => string) | null }
  /** for texts that speak of people, by property */
  readonly texts?: { readonly [property: string]: (text: string) => string }
}

const MOST_DEPTH = 60

/** The same JSON with its people changed, wherever they stand, also in JSON that is packed into a text. */
export function disguisedJson(text: string, rules: JsonRules): string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text.slice(0, KEPT_PAGE)
  }
  return JSON.stringify(disguised(value, rules, 0))
}

export function disguised(value: unknown, rules: JsonRules, depth: number): unknown {
  // Deeper than any platform's answer: not kept.
  if (depth > MOST_DEPTH) return null
  if (Array.isArray(value)) return value.map((one) => disguised(one, rules, depth + 1))
  if (typeof value !== 'object' || value === null) return value
  const out: { [name: string]: unknown } = {}
  for (const [name, inner] of Object.entries(value)) {
    const rule = Object.hasOwn(rules.people, name) ? rules.people[name] : undefined
    if (rule === null) continue
    if (rule !== undefined) out[name] = renamed(inner, rule)
    else if (typeof inner === 'string') out[name] = textOf(name, inner, rules)
    else out[name] = disguised(inner, rules, depth + 1)
  }
  return out
}

/** A name may stand in an object of its own. */
function renamed(value: unknown, rule: (name: string) => string): unknown {
  if (typeof value === 'string') return rule(value)
  if (typeof value === 'number') return rule(String(value))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, renamed(inner, rule)]))
}

function textOf(name: string, text: string, rules: JsonRules): string {
  if (/^\s*[{[]/.test(text) && text.length < 100_000) {
    const packed = disguisedJson(text, rules)
    if (packed !== text.slice(0, KEPT_PAGE)) return packed
  }
  return rules.texts && Object.hasOwn(rules.texts, name) ? rules.texts[name]!(text) : text
}
