/** Epoch ms; a time without a zone is Korea's. Null when it is no time. */
export function koreanTime(text: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?$/.exec(text)
  if (!match) return null
  const at = Date.parse(`${match[1]}T${match[2]}${match[3] ?? '+09:00'}`)
  return Number.isNaN(at) ? null : at
}
