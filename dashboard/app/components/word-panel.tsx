/** What the chat talks about: words in fixed places whose size alone moves, and the same as a list. */
import { lazy, useEffect, useMemo, useRef, useState } from 'react'
import type { BroadcastRef } from '../broadcast-id.ts'
import type { BroadcastStore } from '../live/broadcast-store.ts'
import { followWords, wordsOf } from '../live/live-words.ts'
import { isAwaited, type PickedRange } from '../live/use-range.ts'
import { type PlacedWord, placeWords, signOf, type WeighedWord, WORD_ROW_PX } from '../live/word-places.ts'
import { useText } from '../text/language.tsx'
import { useWatchText } from '../text/watch-text.ts'
import type { WindowCount } from '../wire.ts'
import { Icon } from './icon.tsx'
import { Later } from './later.tsx'
import { PanelDownload } from './panel-download.tsx'
import { SkeletonLines } from './skeleton-lines.tsx'

/** Asked for by a press: no part of the first load. */
const WordTrends = lazy(() => import('./word-trends.tsx'))

const FIRST_WIDTH = 408
const ROWS = 5
const LIST_ROWS = 12
const signIcon = { '+': 'plus', '-': 'minus', o: 'dot' } as const
const signClass = { '+': 'positive', '-': 'negative', o: 'neutral' } as const

const views = ['cloud', 'list', 'trend'] as const
const viewIcon = { cloud: 'cloud', list: 'list', trend: 'bars' } as const

interface WordPanelProps {
  readonly store: BroadcastStore
  readonly place: BroadcastRef
  readonly minutes: readonly WindowCount[]
  readonly range: PickedRange
  /** The word that the chat is narrowed to, or null. */
  readonly word: string | null
  /** Null: words are to be read, not to be picked. */
  readonly onWord: ((word: string | null) => void) | null
}

export function WordPanel({ store, place, minutes, range, word, onWord }: WordPanelProps) {
  const { t } = useText()
  const watch = useWatchText()
  const [view, setView] = useState<(typeof views)[number]>('cloud')
  const live = useLiveWords(store)
  const coined = store.keywords?.coined ?? []
  const words = useMemo(
    () => (range.range ? (range.view?.words ?? []).map((word) => ({ ...word, weight: word.count })) : live),
    [range.range, range.view, live],
  )
  return (
    <div className="panel words" data-view={view}>
      <div className="panel-head">
        <h2>{t.words.title}</h2>
        <span className="note wide-only">
          {!range.range && coined.length > 0
            ? t.words.coined(coined.slice(0, SHOWN_COINED).join(' · '))
            : t.words.order}
        </span>
        <span className="strip-fill" />
        {view !== 'trend' && (
          <PanelDownload
            place={place}
            name="words"
            table={() => ({
              head: [t.words.title, watch.count, t.mood.positive, t.mood.negative],
              rows: words.map(({ word, count, positive, negative }) => [
                word,
                count,
                Math.round(positive),
                Math.round(negative),
              ]),
            })}
          />
        )}
        <fieldset className="segments">
          <legend className="hidden-text">{t.words.view}</legend>
          {views.map((name) => (
            <button key={name} type="button" aria-pressed={view === name} onClick={() => setView(name)}>
              <Icon name={viewIcon[name]} small />
              {name === 'trend' ? watch.trend : t.words[name]}
            </button>
          ))}
        </fieldset>
      </div>
      {isAwaited(range) && view !== 'trend' ? (
        <SkeletonLines lines={ROWS} />
      ) : words.length === 0 ? (
        <p className="panel-empty">{t.words.empty}</p>
      ) : (
        <>
          <Cloud
            key={range.range ? `${range.range.from} ${range.range.to}` : 'live'}
            words={words}
            isShown={view === 'cloud'}
            picked={word}
            onPick={onWord}
          />
          {view !== 'trend' && <WordList words={words} picked={word} onPick={onWord} />}
          {view === 'trend' && <TrendsOf {...{ words, store, place, minutes, range, word, onWord }} />}
        </>
      )}
    </div>
  )
}

interface TrendsOfProps extends WordPanelProps {
  readonly words: readonly WeighedWord[]
}

function TrendsOf({ words, store, place, minutes, range, word, onWord }: TrendsOfProps) {
  return (
    <Later meanwhile={<div className="trends waiting" />}>
      <WordTrends
        place={place}
        minutes={minutes}
        words={words.map(({ word }) => word)}
        word={word}
        onWord={onWord}
        range={range.range}
        onRange={onWord && range.set}
        isEnded={store.state.state === 'ended'}
      />
    </Later>
  )
}

/** The same in a panel of its own, beside the cloud. */
export function TrendPanel(props: WordPanelProps) {
  const watch = useWatchText()
  const live = useLiveWords(props.store)
  return (
    <div className="panel fill">
      <div className="panel-head">
        <h2>{watch.panels.trends}</h2>
      </div>
      <TrendsOf {...props} words={live} />
    </div>
  )
}

function useLiveWords(store: BroadcastStore): readonly WeighedWord[] {
  const [words, setWords] = useState(() => wordsOf(store))
  useEffect(() => followWords(store, setWords), [store])
  return words
}

interface PickingProps {
  readonly words: readonly WeighedWord[]
  readonly picked: string | null
  /** Picked again: let go. */
  readonly onPick: ((word: string | null) => void) | null
}

function Cloud({ words, isShown, picked, onPick }: PickingProps & { readonly isShown: boolean }) {
  const watch = useWatchText()
  const box = useRef<HTMLUListElement>(null)
  const [width, setWidth] = useState(FIRST_WIDTH)
  const before = useRef<{ readonly width: number; readonly places: readonly PlacedWord[] }>({ width: 0, places: [] })
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(() => element.clientWidth > 0 && setWidth(element.clientWidth - 32))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const places = useMemo(() => {
    // Another width is another page: only then do words move.
    const kept = before.current.width === width ? before.current.places : []
    return placeWords(words, kept, width, ROWS)
  }, [words, width])
  useEffect(() => {
    before.current = { width, places }
  }, [width, places])
  const rows = places.reduce((most, { row }) => Math.max(most, row + 1), 2)
  return (
    <ul ref={box} className="cloud" hidden={!isShown} style={{ height: rows * WORD_ROW_PX + 20 }} data-testid="cloud">
      {places.map((place) => (
        <li
          key={place.word}
          className={`word ${signClass[place.sign]}`}
          style={{ left: place.x + 16, top: place.row * WORD_ROW_PX + 8, fontSize: place.size }}
          data-word={place.word}
        >
          <button
            type="button"
            aria-pressed={picked === place.word}
            title={watch.showWord(place.word, place.count)}
            disabled={!onPick}
            onClick={() => onPick?.(picked === place.word ? null : place.word)}
          >
            <Icon name={signIcon[place.sign]} small />
            <span>{place.word}</span>
            <small>{place.count}</small>
          </button>
        </li>
      ))}
    </ul>
  )
}

const SHOWN_COINED = 3

/** From here on a word is said to be rising: times as often as usual. */
const SHOWN_BURST = 2

/** Held against the channel a broadcast's own subject is rare: only much more than usual is worth a mark, and how much more is not. */
const SHOWN_CHANNEL_BURST = 3
const MOST_CHANNEL_BURST = 99

/** That a word is said more than usual: in this broadcast, or else in this channel. */
function Rise({ word: { burst = 1, channelBurst = 1, fresh } }: { word: WeighedWord }) {
  const { t, format } = useText()
  if (burst < SHOWN_BURST && channelBurst < SHOWN_CHANNEL_BURST) return null
  const times = (value: number) => format.decimal(Math.min(value, MOST_CHANNEL_BURST))
  return (
    <small className="word-burst">
      {burst < SHOWN_BURST
        ? t.words.channelBurst(times(channelBurst))
        : fresh
          ? t.words.fresh
          : t.words.burst(times(burst))}
    </small>
  )
}

function WordList({ words, picked, onPick }: PickingProps) {
  const { t, format } = useText()
  const watch = useWatchText()
  return (
    <ol className="word-list" aria-label={t.words.title}>
      {words.slice(0, LIST_ROWS).map((word, at) => (
        <li key={word.word}>
          <span className="rank num">{at + 1}</span>
          <span className={`word-name ${signClass[signOf(word)]}`}>
            <button
              type="button"
              aria-pressed={picked === word.word}
              title={watch.showWord(word.word, word.count)}
              disabled={!onPick}
              onClick={() => onPick?.(picked === word.word ? null : word.word)}
            >
              {word.word}
            </button>
            <Rise word={word} />
          </span>
          <span className="word-mood" aria-hidden="true">
            <i
              className="down"
              style={{ width: `${Math.min(50, (word.negative / Math.max(0.001, word.weight)) * 50)}%` }}
            />
            <i
              className="up"
              style={{ width: `${Math.min(50, (word.positive / Math.max(0.001, word.weight)) * 50)}%` }}
            />
          </span>
          <span className="num">{format.number(word.count)}</span>
        </li>
      ))}
    </ol>
  )
}
