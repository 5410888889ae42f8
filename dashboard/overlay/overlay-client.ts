/**
 * The overlay in OBS. `?show=chat|mood|cloud|alert`, and how it looks: size, max, fade, align, ink, back, shadow, lang,
 * strict. Whatever is not understood falls back to its default. Chat text is text, never markup.
 */
import { englishNames } from '../../sinks/notify/alarm-names/english.ts'
import { koreanNames } from '../../sinks/notify/alarm-names/korean.ts'
import { headlineOf, moodOf, usualShares } from '../app/live/share.ts'
import { type PlacedWord, placeWords, WORD_ROW_PX } from '../app/live/word-places.ts'
import type { Alert, EmoteSegment, Frame, Segment, SentimentLabel, WindowCount, WireMessage } from '../app/wire.ts'

const MINUTE = 60_000
const RETRY_MS = 1000
const LONGEST_RETRY_MS = 30_000
const WATCHDOG_MS = 45_000

const ask = new URLSearchParams(location.search)
/** Where the overlay stands, and everything that it may ask for below it. */
const base = location.pathname.replace(/\/$/, '')
const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
const within = (name: string, least: number, most: number, otherwise: number): number => {
  const value = Number(ask.get(name) ?? Number.NaN)
  return Number.isFinite(value) && value >= least && value <= most ? value : otherwise
}
const colour = (name: string): string | null =>
  /^[0-9a-f]{6}([0-9a-f]{2})?$/i.test(ask.get(name) ?? '') ? `#${ask.get(name)}` : null
const oneOf = <T extends string>(name: string, choices: readonly T[]): T =>
  choices.find((choice) => choice === ask.get(name)) ?? choices[0]!

const show = oneOf('show', ['chat', 'mood', 'cloud', 'alert'])
const size = within('size', 10, 72, 22)
const most = within('max', 1, 40, 12)
const fadeMs = within('fade', 0, 600, 0) * 1000
const align = oneOf('align', ['left', 'right'])
const language = oneOf('lang', ['ko', 'en'])
/** What the channel's rules let through unmasked, or a model suspects, is no matter for the air. */
const isStrict = oneOf('strict', ['1', '0']) === '1'

const words = {
  ko: {
    mood: { negative: '부정', neutral: '중립', positive: '긍정' },
    times: (ratio: string) => ` · 평소의 ${ratio}배`,
    usual: ' · 평소 수준',
    few: '아직 모자랍니다',
    kinds: koreanNames as Readonly<Record<string, string>>,
    hidden: '가린 말',
  },
  en: {
    mood: { negative: 'Negative', neutral: 'Neutral', positive: 'Positive' },
    times: (ratio: string) => ` · ${ratio}× usual`,
    usual: ' · as usual',
    few: 'Too few yet',
    kinds: englishNames as Readonly<Record<string, string>>,
    hidden: 'masked',
  },
}[language]

const root = document.getElementById('overlay')!
document.documentElement.lang = language
document.documentElement.style.setProperty('--size', `${size}px`)
const ink = colour('ink')
if (ink) document.documentElement.style.setProperty('--ink', ink)
document.body.style.background = colour('back') ?? 'transparent'
document.body.classList.toggle('shadow', oneOf('shadow', ['1', '0']) === '1')
root.classList.add(align)
root.dataset.show = show

function part<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  ...content: readonly (string | Node)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name)
  element.className = className
  element.append(...content)
  return element
}

interface Variant {
  take(frame: Frame): void
  /** Once a second. */
  tick(now: number): void
}

function chatVariant(): Variant {
  const list = part('div', 'chat')
  const rows = new Map<string, HTMLElement>()
  root.append(list)
  const remove = (id: string) => {
    rows.get(id)?.remove()
    rows.delete(id)
  }
  const isForTheAir = (message: WireMessage) =>
    message.deletedAt === null &&
    message.segments.length > 0 &&
    (!isStrict ||
      ((message.severity === 0 || message.segments.some((segment) => 'mask' in segment)) && message.suspect === null))
  return {
    take({ messages }) {
      for (const message of messages) {
        if (message.kind === 'delete' || message.kind === 'clear') {
          const { target } = message
          for (const [id, row] of rows)
            if (
              target?.messageId ? id === target.messageId : !target?.authorId || row.dataset.author === target.authorId
            )
              remove(id)
          continue
        }
        if (!['text', 'paid', 'sticker'].includes(message.kind) || rows.has(message.id) || !isForTheAir(message))
          continue
        const author = part('bdi', 'author', message.author)
        const row = part('p', 'row', author, ...message.segments.map(segmentNode))
        row.dataset.author = message.authorId
        rows.set(message.id, row)
        list.append(row)
        if (fadeMs > 0) {
          setTimeout(() => row.classList.add('gone'), fadeMs)
          setTimeout(() => remove(message.id), fadeMs + 500)
        }
      }
      while (rows.size > most) remove(rows.keys().next().value!)
    },
    tick() {},
  }
}

function segmentNode(segment: Segment): Node {
  if ('text' in segment) return document.createTextNode(segment.text)
  if ('emote' in segment) return emoteNode(segment)
  const mask = part('span', 'mask')
  mask.setAttribute('role', 'img')
  mask.setAttribute('aria-label', words.hidden)
  mask.style.width = `${Math.min(6, 0.6 + segment.mask.length * 0.6)}em`
  return mask
}

/** Its picture, in a box that is there before it comes; its code where there is none. */
function emoteNode({ emote, picture }: EmoteSegment): Node {
  const code = part('span', 'emote', emote)
  if (!picture) return code
  const image = part('img', 'emote-picture')
  image.alt = emote
  image.src = `${base}/pictures/${isStill ? 'still/' : ''}${picture}`
  image.onerror = () => image.replaceWith(code)
  return image
}

function moodVariant(): Variant {
  const sentence = part('p', '')
  const bar = part('div', 'bar')
  const labels = ['negative', 'neutral', 'positive'] as const
  const shares = labels.map((label) => part('i', label))
  bar.append(...shares)
  root.append(sentence, bar)
  const minutes = new Map<number, WindowCount>()
  const moments = new Map<number, WindowCount>()
  return {
    take({ windows }) {
      for (const window of windows) {
        const kept = window.windowEnd - window.windowStart === MINUTE ? minutes : moments
        if ((kept.get(window.windowStart)?.revision ?? -1) < window.revision) kept.set(window.windowStart, window)
        while (kept.size > 600) kept.delete(Math.min(...kept.keys()))
      }
    },
    tick(now) {
      const mood = moodOf([...moments.values()].filter((moment) => moment.windowEnd > now - MINUTE))
      const usual = usualShares([...minutes.values()].sort((left, right) => left.windowStart - right.windowStart))
      const headline = headlineOf(mood, usual)
      bar.hidden = headline === null
      sentence.className = headline?.label ?? ''
      sentence.textContent = headline
        ? `${signOf(headline.label)} ${words.mood[headline.label]} ${Math.round(headline.share * 100)} %${
            headline.ratio ? words.times(headline.ratio.toFixed(1)) : usual ? words.usual : ''
          }`
        : words.few
      for (const [at, label] of labels.entries()) shares[at]!.style.width = `${mood.shares[label].value * 100}%`
    },
  }
}

const signOf = (label: SentimentLabel): string => (label === 'positive' ? '+' : label === 'negative' ? '−' : '○')

function cloudVariant(): Variant {
  let places: readonly PlacedWord[] = []
  const shown = new Map<string, HTMLElement>()
  return {
    take({ keywords }) {
      if (!keywords) return
      const scale = size / 18
      // As far from the edges as what the other variants show.
      const edge = size / 2
      const [width, height] = [(root.clientWidth - 2 * edge) / scale, (root.clientHeight - 2 * edge) / scale]
      places = placeWords(keywords.words, places, width, Math.max(1, Math.floor(height / WORD_ROW_PX)))
      const kept = new Set(places.map(({ word }) => word))
      for (const [word, element] of shown)
        if (!kept.has(word)) {
          element.remove()
          shown.delete(word)
        }
      for (const place of places) {
        let element = shown.get(place.word)
        if (!element) {
          element = part('span', '', place.word)
          element.dataset.word = place.word
          shown.set(place.word, element)
          root.append(element)
        }
        element.className = `word ${place.sign === '+' ? 'positive' : place.sign === '-' ? 'negative' : 'neutral'}`
        element.style.left = `${edge + place.x * scale}px`
        element.style.top = `${edge + place.row * WORD_ROW_PX * scale}px`
        element.style.fontSize = `${place.size * scale}px`
        element.style.lineHeight = `${WORD_ROW_PX * scale}px`
      }
    },
    tick() {},
  }
}

function alertVariant(): Variant {
  const alerts = new Map<string, Alert>()
  const draw = () => {
    root.replaceChildren(
      ...[...alerts.values()]
        .filter((alert) => alert.state === 'firing')
        .slice(-3)
        .map((alert) => {
          const isSurge = alert.kind.endsWith('-surge')
          return part(
            'div',
            'alert',
            part(
              'div',
              '',
              words.kinds[alert.kind] ?? alert.kind,
              ...(isSurge ? [` ${Math.round(alert.value * 100)} %`] : []),
              part('small', '', alert.words.slice(0, 3).join(' · ')),
            ),
          )
        }),
    )
  }
  return {
    take(frame) {
      let isChanged = false
      for (const alert of frame.alerts) {
        if ((alerts.get(alert.id)?.revision ?? -1) >= alert.revision) continue
        alerts.set(alert.id, alert)
        isChanged = true
      }
      while (alerts.size > 50) alerts.delete(alerts.keys().next().value!)
      if (isChanged) draw()
    },
    tick() {},
  }
}

const variant = { chat: chatVariant, mood: moodVariant, cloud: cloudVariant, alert: alertVariant }[show]()
let clockAhead = 0
let failures = 0

/** Reads for ever: a scene in OBS stays open for days, over broadcasts and restarts of the server. */
function follow(): void {
  const source = new EventSource(`${base}/events`)
  let watchdog = 0
  const again = () => {
    clearTimeout(watchdog)
    source.close()
    const pause = Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** failures) * (0.75 + Math.random() / 2)
    failures += 1
    void hideIfTakenBack()
    setTimeout(follow, pause)
  }
  const watch = () => {
    clearTimeout(watchdog)
    watchdog = window.setTimeout(again, WATCHDOG_MS)
  }
  source.onopen = () => {
    failures = 0
    watch()
  }
  source.addEventListener('frame', (event) => {
    watch()
    const frame = JSON.parse(event.data) as Frame
    clockAhead = frame.now - Date.now()
    variant.take(frame)
  })
  source.addEventListener('ping', watch)
  source.onerror = again
}
/** An address that was taken back shows nothing any more; a server that is away is waited for. */
async function hideIfTakenBack(): Promise<void> {
  const answer = await fetch(location.pathname).catch(() => null)
  if (answer?.status === 404) root.replaceChildren()
}

setInterval(() => variant.tick(Date.now() + clockAhead), 1000)
variant.tick(Date.now())
follow()
