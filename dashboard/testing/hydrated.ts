import type { Page } from 'playwright-core'

/**
 * Waits until the browser has taken these over. The server draws the page; what is pressed before counts for nothing. React
 * marks what it has taken over with a property of its own.
 */
export const hydrated = (page: Page, selector: string): Promise<unknown> =>
  page.waitForFunction((wanted) => {
    const found = [...document.querySelectorAll(wanted)]
    return found.length > 0 && found.every((one) => Object.keys(one).some((key) => key.startsWith('__reactProps')))
  }, selector)
