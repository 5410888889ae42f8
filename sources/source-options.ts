/** Options arrive as text, from a form or the command line; a wrong one is told, never guessed. */
import { SourceError } from './source-error.ts'

/** As written in a BroadcastRequest or on the command line, such as `speed: '10'`. */
export type SourceOptions = { readonly [name: string]: string | undefined }

export function numberOption(
  name: string,
  value: string | undefined,
  fallback: number,
  least: number,
  most: number,
): number {
  if (value === undefined || value === '') return fallback
  const parsed = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN
  if (parsed >= least && parsed <= most) return parsed
  throw new SourceError('SOURCE_OPTION_INVALID', `option ${name} takes a number from ${least} to ${most}`)
}

export function choiceOption<T extends string>(
  name: string,
  value: string | undefined,
  fallback: T,
  choices: readonly T[],
): T {
  if (value === undefined || value === '') return fallback
  const chosen = choices.find((choice) => choice === value)
  if (chosen !== undefined) return chosen
  throw new SourceError('SOURCE_OPTION_INVALID', `option ${name} is one of ${choices.join(', ')}`)
}
