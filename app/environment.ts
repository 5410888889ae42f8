import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { codeOf, JavasError } from './errors.ts'

export type Environment = { readonly [name: string]: string | undefined }

/** @throws JavasError CONFIG_INVALID */
export function integer(env: Environment, name: string, fallback: number, least: number, most: number): number {
  const text = env[name]
  if (!text) return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > most)
    throw new JavasError('CONFIG_INVALID', `${name}=${text} must be a whole number from ${least} to ${most}.`)
  return value
}

/** @throws JavasError CONFIG_INVALID */
export function oneOf<T extends string>(env: Environment, name: string, choices: readonly T[], fallback: T): T {
  const text = env[name]
  if (!text) return fallback
  const choice = choices.find((value) => value === text)
  if (!choice) throw new JavasError('CONFIG_INVALID', `${name}=${text} must be one of ${choices.join(', ')}.`)
  return choice
}

/** Null where it is not set. @throws JavasError CONFIG_INVALID */
export function httpAddress(env: Environment, name: string): string | null {
  const text = env[name]
  if (!text) return null
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new JavasError('CONFIG_INVALID', `${name}=${text} must be an address such as http://127.0.0.1:4318.`)
  return text
}

/** Addresses and networks such as `10.0.0.0/8`, comma-separated. @throws JavasError CONFIG_INVALID */
export function networks(env: Environment, name: string): readonly string[] {
  const all = (env[name] ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
  for (const one of all) {
    const [address = '', bits = '32', more] = one.split('/')
    const most = isIP(address) === 6 ? 128 : 32
    // A network of all addresses would let everybody say who they are.
    const isNetwork = /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most
    if (isIP(address) === 0 || !isNetwork || more !== undefined)
      throw new JavasError(
        'CONFIG_INVALID',
        `${name}: ${one} must be an address or a network, such as 127.0.0.1 or 10.0.0.0/8.`,
      )
  }
  return all
}

/** A switch. @throws JavasError CONFIG_INVALID */
export const isSet = (env: Environment, name: string): boolean =>
  ['true', '1', 'yes'].includes(oneOf(env, name, ['true', 'false', '1', '0', 'yes', 'no'], 'false'))

/** The variable itself, or what stands in the file that NAME_FILE names; null when neither is set. @throws JavasError CONFIG_INVALID */
export function secret(env: Environment, name: string): string | null {
  const [text, path] = [env[name], env[`${name}_FILE`]]
  if (text && path) throw new JavasError('CONFIG_INVALID', `${name} and ${name}_FILE are both set: keep one.`)
  if (!path) return text || null
  try {
    return readFileSync(path, 'utf8').trim() || null
  } catch (cause) {
    const message = `${name}_FILE=${path} cannot be read (${codeOf(cause)}): it must be a file that this user may read.`
    throw new JavasError('CONFIG_INVALID', message, { cause })
  }
}
