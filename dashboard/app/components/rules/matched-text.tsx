interface MatchedTextProps {
  readonly text: string
  /** Sorted, not overlapping, UTF-16 units of `text`. */
  readonly spans: readonly { readonly start: number; readonly end: number }[]
}

/** A text with the matched stretches marked. */
export function MatchedText({ text, spans }: MatchedTextProps) {
  let place = 0
  return (
    <bdi className="matched-text">
      {spans.map(({ start, end }) => {
        const before = text.slice(place, start)
        place = end
        return (
          <span key={start}>
            {before}
            <mark>{text.slice(start, end)}</mark>
          </span>
        )
      })}
      {text.slice(place)}
    </bdi>
  )
}
