import type { Page } from 'playwright-core'

/**
 * Waits until the browser has taken these over. The server draws the page; what is pressed before counts for nothing. React
 * marks what it has taken over with a property of its own. A page that no script takes over is there at once.
 */
export const hydrated = (page: Page, selector = '#main'): Promise<unknown> =>
  page.waitForFunction((wanted) => {
    if (!('__remixContext' in window)) return document.readyState === 'complete'
    const found = [...document.querySelectorAll(wanted)]
    return found.length > 0 && found.every((one) => Object.keys(one).some((key) => key.startsWith('__reactProps')))
  }, selector)
