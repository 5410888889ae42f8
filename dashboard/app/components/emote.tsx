/**
 * Emotes and badges as the platform draws them. Their box has its size before the picture comes, so that no row moves; where
 * there is no picture the code is shown, but not while somebody points at the chat: it is wider.
 */
import { useEffect, useRef, useState } from 'react'
import { Icon } from './icon.tsx'

/** Keys that led to no picture on this page: rows that come later show the code at once. Bounded by a chat's emotes. */
const missing = new Set<string>()

export function Emote({ emote, picture }: { emote: string; picture?: string | undefined }) {
  const [look, setLook] = useState<'picture' | 'boxed' | 'code'>(
    picture === undefined || missing.has(picture) ? 'code' : 'picture',
  )
  const onMissing = (image: HTMLElement) => {
    missing.add(picture!)
    const log = image.closest('[role="log"]')
    if (!log?.matches(':hover, :focus-within')) return setLook('code')
    setLook('boxed')
    log.addEventListener('pointerleave', () => setLook('code'), { once: true })
  }
  if (look === 'picture')
    return <Drawing className="emote-picture" picture={picture!} label={emote} onMissing={onMissing} />
  if (look === 'boxed')
    return (
      <span className="emote boxed" role="img" aria-label={emote} title={emote}>
        <Icon name="smile" />
      </span>
    )
  return (
    <span className="emote">
      <Icon name="smile" />
      {emote}
    </span>
  )
}

/** A badge without a picture is nothing: what it means for us stands in words beside it. */
export function BadgePicture({ label, picture }: { label: string; picture: string }) {
  const [look, setLook] = useState<'picture' | 'gap' | 'nothing'>(missing.has(picture) ? 'nothing' : 'picture')
  if (look === 'nothing') return null
  if (look === 'gap') return <span className="badge-picture" />
  return (
    <Drawing
      className="badge-picture"
      picture={picture}
      label={label}
      onMissing={() => {
        missing.add(picture)
        setLook('gap')
      }}
    />
  )
}

interface DrawingProps {
  readonly className: string
  readonly picture: string
  readonly label: string
  readonly onMissing: (image: HTMLElement) => void
}

/** Who asked for no motion gets the first frame. */
function Drawing({ className, picture, label, onMissing }: DrawingProps) {
  const image = useRef<HTMLImageElement>(null)
  // It may have failed before this page's script ran.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is there
  useEffect(() => {
    const { current } = image
    if (current?.complete && current.naturalWidth === 0) onMissing(current)
  }, [])
  return (
    <picture>
      <source media="(prefers-reduced-motion: reduce)" srcSet={`/pictures/still/${picture}`} />
      <img
        ref={image}
        className={className}
        src={`/pictures/${picture}`}
        alt={label}
        title={label}
        decoding="async"
        onError={({ currentTarget }) => onMissing(currentTarget)}
      />
    </picture>
  )
}
