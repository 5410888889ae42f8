import { RemixBrowser } from '@remix-run/react'
import { startTransition } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { patientFetch } from './patient-fetch.ts'
import { learnText } from './text/language.tsx'

/** Only the page's own language is fetched: the other is a tenth of the first load. */
async function learn(): Promise<void> {
  if (document.documentElement.lang === 'en') learnText('en', (await import('./text/en.ts')).en)
  else learnText('ko', (await import('./text/ko.ts')).ko)
}

window.fetch = patientFetch(window.fetch.bind(window))
await learn()
startTransition(() => {
  hydrateRoot(document, <RemixBrowser />)
})
