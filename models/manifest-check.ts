/** What every model file has to say of itself before it is loaded. */
const VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/
const SHA256 = /^[0-9a-f]{64}$/

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Why a parsed manifest is refused, in words for a person, or null when it names version, hash, data, licence and metrics. */
export function manifestProblem(value: unknown): string | null {
  if (!isObject(value)) return 'it is no JSON object'
  if (value.format !== 1) return `format ${String(value.format)} is not 1`
  if (typeof value.name !== 'string' || value.name === '') return '"name" is missing'
  if (typeof value.version !== 'string' || !VERSION.test(value.version)) return '"version" is not like 1.2.3'
  if (typeof value.sha256 !== 'string' || !SHA256.test(value.sha256)) return '"sha256" is no SHA-256'
  if (!Number.isSafeInteger(value.bytes) || (value.bytes as number) <= 0) return '"bytes" is not the size of the file'
  if (typeof value.licence !== 'string' || value.licence === '') return '"licence" is missing'
  if (!isObject(value.metrics) || !Object.values(value.metrics).every((figure) => Number.isFinite(figure)))
    return '"metrics" are not figures by name'
  const sets = isObject(value.training) ? value.training.sets : undefined
  if (!isObject(sets) || Object.keys(sets).length === 0) return '"training" names no data sets'
  if (!isObject(value.sections)) return '"sections" are missing'
  return null
}
