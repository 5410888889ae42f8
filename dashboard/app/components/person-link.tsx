import { Link } from '@remix-run/react'
import { type MouseEvent, type ReactNode, useContext } from 'react'
import { PersonOpener } from '../live/person-links.ts'

interface PersonLinkProps {
  readonly authorId: string
  readonly to: string
  readonly className?: string
  readonly children: ReactNode
}

/** To an author: the card where the page has one, else the page of the author. Opened in a new tab it is always the page. */
export function PersonLink({ authorId, to, className, children }: PersonLinkProps) {
  const open = useContext(PersonOpener)
  const onClick = (event: MouseEvent) => {
    if (!open || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    open(authorId)
  }
  return (
    <Link to={to} className={className} onClick={onClick} aria-haspopup={open ? 'dialog' : undefined}>
      {children}
    </Link>
  )
}
