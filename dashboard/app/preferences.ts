/** What a person chose about how pages look, in cookies that are no secret. */
import { chooseLanguage, type Language } from './text/language.tsx'
import { isTimeZone } from './time-zone.ts'

export type Theme = 'dark' | 'light' | 'system'

export interface Preferences {
  readonly language: Language
  readonly theme: Theme
  readonly timeZone: string
  /** The hint for newcomers was put away in this browser. */
  readonly isHintSeen: boolean
  /** Letters of the chat, px. */
  readonly chatSize: number
}

export const CHAT_SIZES = { least: 12, most: 24, usual: 15 } as const

export function readPreferences(request: Request): Preferences {
  const cookies = request.headers.get('Cookie')
  const theme = cookieOf(cookies, 'javas-theme')
  return {
    language: chooseLanguage(cookieOf(cookies, 'javas-lang'), request.headers.get('Accept-Language')),
    theme: theme === 'dark' || theme === 'light' ? theme : 'system',
    timeZone: validZone(cookieOf(cookies, 'javas-zone')) ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    isHintSeen: cookieOf(cookies, 'javas-hint') !== null,
    chatSize: chatSizeOf(Number(cookieOf(cookies, 'javas-chat'))),
  }
}

export const preferenceCookie = (name: 'theme' | 'lang', value: string): string =>
  `javas-${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax`

/** As a page sets it. */
export const hintSeen = 'javas-hint=seen; path=/; max-age=31536000; samesite=lax'

/** As a page sets it. */
export const chatSizeCookie = (size: number): string => `javas-chat=${size}; path=/; max-age=31536000; samesite=lax`

const chatSizeOf = (size: number): number =>
  Number.isInteger(size) && size >= CHAT_SIZES.least && size <= CHAT_SIZES.most ? size : CHAT_SIZES.usual

function cookieOf(cookies: string | null, name: string): string | null {
  const match = new RegExp(`(?:^|;\\s*)${name}=([^;]{1,100})`).exec(cookies ?? '')
  try {
    return match ? decodeURIComponent(match[1]!) : null
  } catch {
    return null
  }
}

const validZone = (zone: string | null): string | null => (zone && isTimeZone(zone) ? zone : null)
