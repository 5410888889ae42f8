/** What the operator set for the sources. */
import { defaultSourceSettings, type SourceSettings } from '#sources/source-environment.ts'
import type { Environment } from './environment.ts'
import { JavasError } from './errors.ts'

/**
 * `JAVAS_ENDPOINT_NAVER_SHOPPING` is the base address of `naver-shopping`, `JAVAS_KEY_YOUTUBE` the key of `youtube`.
 * @throws JavasError CONFIG_INVALID
 */
export function sourceSettings(env: Environment): SourceSettings {
  const endpoints = named(env, 'JAVAS_ENDPOINT_')
  for (const [name, url] of Object.entries(endpoints))
    if (!isEndpoint(name, url ?? '')) {
      const schemes = name === 'twitch' ? 'an http, ws or irc' : 'an http or ws'
      const variable = `JAVAS_ENDPOINT_${name.toUpperCase().replaceAll('-', '_')}`
      throw new JavasError('CONFIG_INVALID', `${variable}=${url} must be ${schemes} address.`)
    }
  const userAgent = env.JAVAS_USER_AGENT || defaultSourceSettings.userAgent
  if (!/^[\x20-\x7e]{1,300}$/.test(userAgent))
    throw new JavasError('CONFIG_INVALID', 'JAVAS_USER_AGENT must be at most 300 plain ASCII characters.')
  const disabled = (env.JAVAS_SOURCES_OFF || '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean)
  return { endpoints, userAgent, disabled, credentials: named(env, 'JAVAS_KEY_') }
}

/** Twitch's chat is IRC, which is also spoken over TCP (`irc:`) and TLS (`ircs:`): a host and a port, nothing else. */
const isEndpoint = (name: string, url: string): boolean =>
  /^(https?|wss?):\/\/[^\s@?#]+$/.test(url) ||
  (name === 'twitch' && /^ircs?:\/\/[^\s@?#/]+$/.test(url) && URL.canParse(url) && new URL(url).hostname !== '')

const named = (env: Environment, prefix: string): { readonly [name: string]: string | undefined } =>
  Object.fromEntries(
    Object.entries(env)
      .filter(([name, value]) => name.startsWith(prefix) && value)
      .map(([name, value]) => [name.slice(prefix.length).toLowerCase().replaceAll('_', '-'), value]),
  )
