/** A real Chromium for tests and screenshots, quiet and without a network of its own. */
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'

export const quietFlags: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Debian's Chromium, or the one that JAVAS_CHROMIUM names. */
export const chromiumPath = process.env.JAVAS_CHROMIUM ?? '/usr/bin/chromium'

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath, args: [...quietFlags], headless: true })

export interface Look {
  readonly language: 'ko' | 'en'
  readonly theme: 'dark' | 'light'
  readonly width: number
}

/** A context in which pages come in one language and brightness. */
export const lookOf = ({ language, theme, width }: Look): BrowserContextOptions => ({
  viewport: { width, height: width < 720 ? 844 : width < 1600 ? 900 : 1080 },
  locale: language === 'ko' ? 'ko-KR' : 'en-GB',
  timezoneId: 'Asia/Seoul',
  colorScheme: theme,
  reducedMotion: 'reduce',
})
