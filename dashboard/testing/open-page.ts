import type { Browser, Page } from 'playwright-core'
import { type Look, lookOf } from './browser.ts'
import { hydrated } from './hydrated.ts'

export interface OpenedPage {
  readonly page: Page
  /** What the page's console called an error. */
  readonly errors: readonly string[]
  close(): Promise<void>
}

/** Opens a page in a context of its own, ready to be pressed: Korean, dark and 1440 px wide unless told otherwise. */
export async function openPage(
  browser: Browser,
  url: string,
  look: Partial<Look> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    ...lookOf({ language: 'ko', theme: 'dark', width: 1440, ...look }),
    extraHTTPHeaders: headers,
  })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(url)
  await hydrated(page)
  return { page, errors, close: () => context.close() }
}
