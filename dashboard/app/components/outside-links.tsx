import type { BroadcastRef } from '../broadcast-id.ts'
import { grafanaLink, kibanaLink, type OutsidePages, type Stretch } from '../outside-links.ts'
import { useText } from '../text/language.tsx'
import { outsideText } from '../text/outside-text.ts'
import { Icon } from './icon.tsx'

interface OutsideLinksProps {
  readonly pages: OutsidePages
  readonly place: BroadcastRef
  readonly stretch: Stretch
}

/** Nothing where no such page is configured. */
export default function OutsideLinks({ pages, place, stretch }: OutsideLinksProps) {
  const text = outsideText[useText().language]
  return (
    <>
      {pages.grafana && (
        <a
          className="icon-button wide-only"
          href={grafanaLink(pages.grafana, place, stretch)}
          target="_blank"
          rel="noreferrer"
          aria-label={text.details}
          title={text.details}
        >
          <Icon name="pulse" />
        </a>
      )}
      {pages.kibana && (
        <a
          className="icon-button wide-only"
          href={kibanaLink(pages.kibana, place, stretch)}
          target="_blank"
          rel="noreferrer"
          aria-label={text.explore}
          title={text.explore}
        >
          <Icon name="search" />
        </a>
      )}
    </>
  )
}
