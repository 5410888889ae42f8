import type { BroadcastStore } from '../live/broadcast-store.ts'
import { emotesOf } from '../live/chat-lanes.ts'
import { useSlow } from '../live/use-broadcast.ts'
import { useText } from '../text/language.tsx'
import { useWatchText } from '../text/watch-text.ts'
import { Emote } from './emote.tsx'

const LOOK_BACK_MS = 30_000
const SHOWN = 8

/** What people said with emotes alone in the last half minute: how often, instead of a row each. */
export function EmoteStrip({ store }: { store: BroadcastStore }) {
  const { format } = useText()
  const watch = useWatchText()
  const emotes = useSlow(store, ({ chat: { rows } }) =>
    emotesOf(rows, (rows.at(-1)?.lastAt ?? 0) - LOOK_BACK_MS, SHOWN),
  )
  return (
    <ul className="emote-strip" aria-label={watch.emotes}>
      {emotes.map(({ emote, picture, count }) => (
        <li key={emote} title={watch.emoteTimes(emote, count)}>
          <Emote emote={emote} picture={picture} />
          <b className="num">×{format.number(count)}</b>
        </li>
      ))}
    </ul>
  )
}
