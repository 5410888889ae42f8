import { Link } from '@remix-run/react'
import { type BroadcastRef, broadcastPath, broadcastSlug } from '../broadcast-id.ts'
import { useWatchText } from '../text/watch-text.ts'
import { Icon } from './icon.tsx'

export interface OtherBroadcast extends BroadcastRef {
  readonly name: string
  readonly title: string
}

/** From one running broadcast to another, or to both beside each other. */
export function BroadcastSwitch({ place, others }: { place: BroadcastRef; others: readonly OtherBroadcast[] }) {
  const watch = useWatchText()
  if (others.length === 0) return null
  const own = broadcastSlug(place.channelId, place.broadcastId)
  return (
    <details className="panel-download broadcast-switch">
      <summary className="icon-button" aria-label={watch.switchTo} title={watch.switchTo}>
        <Icon name="down" small />
      </summary>
      <div className="menu">
        {others.map((other) => {
          const slug = broadcastSlug(other.channelId, other.broadcastId)
          return (
            <div key={slug} className="menu-row">
              <Link to={broadcastPath(other)}>
                <bdi>{other.name}</bdi>
                <small>
                  <bdi>{other.title}</bdi>
                </small>
              </Link>
              <Link
                className="button small"
                to={`/compare?${new URLSearchParams({ a: own, b: slug })}`}
                aria-label={`${watch.compare}: ${other.name}`}
              >
                {watch.compare}
              </Link>
            </div>
          )
        })}
      </div>
    </details>
  )
}
