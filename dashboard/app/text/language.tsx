/** The language of a page: words, numbers, dates. Chosen by cookie, else by what the browser asks for. */
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import type { Text } from './ko.ts'

export const languages = ['ko', 'en'] as const
export type Language = (typeof languages)[number]

/** The server has learnt both languages, a browser the one of its page alone: a reader needs no other. */
const texts = new Map<Language, Text>()

export const learnText = (language: Language, text: Text): void => {
  texts.set(language, text)
}

/** @throws when the language was not learnt */
export function textOf(language: Language): Text {
  const text = texts.get(language)
  if (!text) throw new Error(`the words of ${language} were not learnt`)
  return text
}

/** Korean first: English only when a cookie says so, or the browser prefers it to Korean. */
export function chooseLanguage(cookie: string | null, acceptLanguage: string | null): Language {
  if (cookie === 'ko' || cookie === 'en') return cookie
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part, at) => {
      const [tag = '', q] = part.trim().split(';q=')
      return { tag: tag.toLowerCase().slice(0, 2), weight: q === undefined ? 1 : Number(q) || 0, at }
    })
    .sort((left, right) => right.weight - left.weight || left.at - right.at)
  const first = wanted.find(({ tag }) => tag === 'ko' || tag === 'en')
  return first?.tag === 'en' ? 'en' : 'ko'
}

export interface Format {
  number(value: number): string
  /** A share of 0 to 1 as whole per cent, without the sign. */
  percent(share: number): string
  /** One digit after the point. */
  decimal(value: number): string
  /** 21:03 */
  time(at: number): string
  /** 21:03:41 */
  clock(at: number): string
  /** 11월 22일 일 */
  date(at: number): string
  dateTime(at: number): string
  /** 2:14:36 */
  duration(ms: number): string
  bytes(value: number): string
}

export function formatFor(language: Language, timeZone: string): Format {
  const locale = language === 'ko' ? 'ko-KR' : 'en-GB'
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const one = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const time = new Intl.DateTimeFormat(locale, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  const date = new Intl.DateTimeFormat(locale, { timeZone, month: 'short', day: 'numeric', weekday: 'short' })
  const two = (value: number) => String(value).padStart(2, '0')
  return {
    number: (value) => whole.format(value),
    percent: (share) => whole.format(share * 100),
    decimal: (value) => one.format(value),
    time: (at) => time.format(at),
    clock: (at) => clock.format(at),
    date: (at) => date.format(at),
    dateTime: (at) => `${date.format(at)} ${time.format(at)}`,
    duration(ms) {
      const seconds = Math.max(0, Math.floor(ms / 1000))
      return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
    },
    bytes(value) {
      const units = ['B', 'kB', 'MB', 'GB', 'TB']
      let size = value
      let unit = 0
      while (size >= 1000 && unit < units.length - 1) {
        size /= 1000
        unit += 1
      }
      return `${size >= 100 || unit === 0 ? whole.format(size) : one.format(size)} ${units[unit]}`
    },
  }
}

interface LanguageValue {
  readonly language: Language
  readonly timeZone: string
  readonly t: Text
  readonly format: Format
}

const LanguageContext = createContext<LanguageValue | null>(null)

export function LanguageProvider({
  language,
  timeZone,
  children,
}: {
  language: Language
  timeZone: string
  children: ReactNode
}) {
  const value = useMemo(
    () => ({ language, timeZone, t: textOf(language), format: formatFor(language, timeZone) }),
    [language, timeZone],
  )
  return <LanguageContext.Provider value={value}>{children}</LanguageContext.Provider>
}

/** The texts and formats of this page. */
export function useText(): LanguageValue {
  const value = useContext(LanguageContext)
  if (!value) throw new Error('no language stands around this part of the page')
  return value
}
