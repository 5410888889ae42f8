import { Form, Link, NavLink, useLocation } from '@remix-run/react'
import { useEffect, useState } from 'react'
import { useOtherZone, useRoot } from '../root.tsx'
import { useText } from '../text/language.tsx'
import { Icon } from './icon.tsx'

export function Mark({ compact = false }: { compact?: boolean }) {
  return (
    <Link className="mark" to="/" aria-label="JAVAS">
      <svg viewBox="0 0 18 18" aria-hidden="true">
        <path className="mark-axis" d="M0 9.500H18" />
        <path className="mark-up" d="M2 9V6h2v3zM6 9V2h2v7zM10 9V5h2v4z" />
        <path className="mark-down" d="M6 10v3h2v-3zM10 10v6h2v-6zM14 10v3h2v-3z" />
      </svg>
      <span className={compact ? 'wide-only' : ''}>JAVAS</span>
    </Link>
  )
}

/** Brightness and language; a form each, so that they work before scripts do. */
export function PreferenceButtons() {
  const root = useRoot()
  const { t, language } = useText()
  const { pathname, search } = useLocation()
  const [isSystemLight, setSystemLight] = useState(false)
  useEffect(() => setSystemLight(matchMedia('(prefers-color-scheme: light)').matches), [])
  const isLight = root?.theme === 'light' || (root?.theme !== 'dark' && isSystemLight)
  return (
    <>
      <Form method="post" action="/preferences" preventScrollReset>
        <input type="hidden" name="back" value={pathname + search} />
        <button
          type="submit"
          className="icon-button"
          name="theme"
          value={isLight ? 'dark' : 'light'}
          aria-label={t.nav.theme}
          title={t.nav.theme}
        >
          <Icon name="theme" />
        </button>
      </Form>
      {/* The page is loaded anew: it has the words of its own language alone. */}
      <Form method="post" action="/preferences" reloadDocument>
        <input type="hidden" name="back" value={pathname + search} />
        <button
          type="submit"
          className="icon-button"
          name="lang"
          value={language === 'ko' ? 'en' : 'ko'}
          aria-label={t.nav.languageLabel}
          title={t.nav.languageLabel}
        >
          <Icon name="globe" />
        </button>
      </Form>
    </>
  )
}

/** Where the menu leads, what it is called, and its drawing: on a phone the menu is a bar under the page. */
const places = (isModerator: boolean) =>
  [
    ['/', 'broadcasts', 'screen'],
    ['/archive', 'archive', 'search'],
    ['/alarms', 'alarms', 'bell'],
    ...(isModerator ? ([['/models', 'models', 'bars']] as const) : []),
    ['/system', 'system', 'pulse'],
  ] as const

export function SiteHeader() {
  const root = useRoot()
  const zone = useOtherZone()
  const { t } = useText()
  return (
    <header className="strip">
      <Mark />
      {root?.person && (
        <nav className="site-nav" aria-label={t.nav.main}>
          {places(root.person.role !== 'viewer').map(([to, name, icon]) => (
            <NavLink key={to} to={to} end={to === '/'}>
              <Icon name={icon} />
              {t.nav[name]}
            </NavLink>
          ))}
        </nav>
      )}
      <div className="strip-fill" />
      {zone && <span className="note wide-only">{t.strip.zone(zone)}</span>}
      <div className="tools">
        <PreferenceButtons />
        {root?.person && (
          <NavLink className="icon-button" to="/account" aria-label={t.nav.account} title={t.nav.account}>
            <Icon name="user" />
          </NavLink>
        )}
      </div>
    </header>
  )
}
