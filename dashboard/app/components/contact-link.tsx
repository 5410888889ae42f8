import { Link } from '@remix-run/react'
import { useText } from '../text/language.tsx'

/** At the foot of pages: to the people who run this. */
export function ContactLink() {
  const { t } = useText()
  return (
    <p className="note contact-link">
      <Link to="/contact">{t.nav.contact}</Link>
    </p>
  )
}
