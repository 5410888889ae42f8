import { useWatchText } from '../text/watch-text.ts'

/** Lines of text that are on their way. */
export function SkeletonLines({ lines }: { lines: number }) {
  const watch = useWatchText()
  return (
    <div className="skeleton-lines" aria-busy="true">
      <span className="hidden-text">{watch.loading}</span>
      {Array.from({ length: lines }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are all the same
        <i key={at} style={{ width: `${48 + ((at * 37) % 45)}%` }} />
      ))}
    </div>
  )
}
