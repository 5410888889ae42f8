import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import {
  isRouteErrorResponse,
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useMatches,
  useRevalidator,
  useRouteError,
  useRouteLoaderData,
} from '@remix-run/react'
import letters from 'pretendard/dist/web/variable/woff2-dynamic-subset/PretendardVariable.subset.91.woff2?url'
import { type CSSProperties, type ReactNode, useEffect } from 'react'
import { IconSheet } from './components/icon.tsx'
import { PagePending } from './components/page-pending.tsx'
import { SiteHeader } from './components/site-header.tsx'
import { readPreferences } from './preferences.ts'
import styles from './styles/app.css?url'
import fonts from './styles/fonts.css?url'
import { LanguageProvider, textOf, useText } from './text/language.tsx'

export const links: LinksFunction = () => [
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
  // The piece with figures and Latin letters, on every page: without it lines are as wide as another font's at first.
  { rel: 'preload', href: letters, as: 'font', type: 'font/woff2', crossOrigin: 'anonymous' },
  { rel: 'stylesheet', href: styles },
  { rel: 'stylesheet', href: fonts },
]

export const meta: MetaFunction = () => [{ title: 'JAVAS' }]

export function loader({ request, context }: LoaderFunctionArgs) {
  const { identity, nonce } = context
  return {
    ...readPreferences(request),
    person: identity && { name: identity.name, role: identity.role, local: identity.local },
    nonce,
  }
}

/** Present on every page, and on pages of errors where it may be missing. */
export const useRoot = () => useRouteLoaderData<typeof loader>('root')

/** The zone of the channel that this page is of, as its loader gave it: server and browser draw times alike. */
const useChannelZone = () =>
  useMatches()
    .map(({ data }) => (data as { readonly channelZone?: string | null } | undefined)?.channelZone)
    .find(Boolean)

/** The name of the zone that this page's times are in, where it is not the reader's own. */
export function useOtherZone(): string | undefined {
  const { timeZone } = useText()
  const own = useRoot()?.timeZone
  return own === timeZone ? undefined : own && timeZone
}

export function Layout({ children }: { children: ReactNode }) {
  const root = useRoot()
  const channelZone = useChannelZone()
  const language = root?.language ?? 'ko'
  // The browser hides nonces from scripts; hydration would take that for a difference.
  return (
    <html
      lang={language}
      data-theme={root?.theme ?? 'system'}
      style={{ '--chat-size': `${root?.chatSize ?? 15}px` } as CSSProperties}
    >
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content={textOf(language).watch.about} />
        <meta name="color-scheme" content="dark light" />
        <Meta />
        <Links />
      </head>
      <body>
        <LanguageProvider language={language} timeZone={channelZone ?? root?.timeZone ?? 'Asia/Seoul'}>
          <IconSheet />
          <SkipLink />
          {children}
        </LanguageProvider>
        <ScrollRestoration nonce={root?.nonce} />
        <Scripts nonce={root?.nonce} />
      </body>
    </html>
  )
}

function SkipLink() {
  const { t } = useText()
  return (
    <a className="skip" href="#main">
      {t.nav.skip}
    </a>
  )
}

export default function App() {
  useTimeZoneCookie()
  return (
    <PagePending>
      <Outlet />
    </PagePending>
  )
}

/** The server writes times in the browser's zone; it learns the zone from the first visit. */
function useTimeZoneCookie() {
  const root = useRoot()
  const { revalidate } = useRevalidator()
  useEffect(() => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
    if (!zone || zone === root?.timeZone || document.cookie.includes(`javas-zone=${encodeURIComponent(zone)}`)) return
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
    document.cookie = `javas-zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`
    revalidate()
  }, [root?.timeZone, revalidate])
}

export function ErrorBoundary() {
  const error = useRouteError()
  const { t } = useText()
  const status = isRouteErrorResponse(error) ? error.status : 500
  const [title, hint] =
    status === 404
      ? [t.error.notFound, t.error.notFoundHint]
      : status === 401 || status === 403
        ? [t.error.forbidden, t.error.forbiddenHint]
        : [t.error.broken, t.error.brokenHint]
  const id =
    isRouteErrorResponse(error) && typeof error.data === 'object' ? (error.data as { id?: string })?.id : undefined
  return (
    <div className="page">
      <SiteHeader />
      <main id="main" className="void">
        <h1>{title}</h1>
        <p>{hint}</p>
        {id && <p className="num">{id}</p>}
        <p className="void-actions">
          <a className="button key" href="/">
            {t.error.home}
          </a>
        </p>
      </main>
    </div>
  )
}
