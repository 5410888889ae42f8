import { Banner, BroadcastBanner } from '../../app/components/broadcast-banner.tsx'
import { ChatRowView } from '../../app/components/chat-row.tsx'
import { Figure } from '../../app/components/figure.tsx'
import { Icon } from '../../app/components/icon.tsx'
import { ListHead } from '../../app/components/list-head.tsx'
import { Mask, Pips } from '../../app/components/mask.tsx'
import { MoodNow } from '../../app/components/mood-now.tsx'
import { Sparkline } from '../../app/components/sparkline.tsx'
import { useText } from '../../app/text/language.tsx'
import type { Alert, BroadcastState, MaskedPiece } from '../../app/wire.ts'
import { messageOf, minutes, NOW, revealOf, rowOf, storeOf } from './made-up.ts'
import type { PartText } from './part-texts.ts'

const maskOf = (severity: number): MaskedPiece => ({
  length: 2 + severity,
  severity,
  category: severity === 3 ? 'insult' : 'vulgar',
  rule: 'story',
})

export function Masks({ text }: { text: PartText }) {
  return (
    <>
      {[1, 2, 3].map((severity) => (
        <p key={severity} className="chat-text">
          <Pips severity={severity} /> <Mask mask={maskOf(severity)} text={null} onReveal={null} />{' '}
          <Mask mask={maskOf(severity)} text={null} onReveal={() => {}} />{' '}
          <Mask mask={maskOf(severity)} text={text.texts.hidden} onReveal={() => {}} />
        </p>
      ))}
    </>
  )
}

export function ChatRows({ text: { texts } }: { text: PartText }) {
  const hidden = [{ text: texts.masked }, { mask: maskOf(2) }, { text: texts.after }]
  const said = (id: keyof typeof texts, overrides: Parameters<typeof messageOf>[1] = {}) =>
    messageOf(id, { segments: [{ text: texts[id] }], ...overrides })
  const rows = [
    rowOf(said('plain')),
    rowOf(said('question', { question: true })),
    rowOf(said('first', { sentiment: 'positive' })),
    rowOf(said('paid', { sentiment: 'positive', amount: '₩10,000', kind: 'paid' })),
    rowOf(said('folded', { sentiment: 'positive' }), { count: 128, authors: 41, lastAt: NOW + 8000 }),
    rowOf(said('deleted', { deletedAt: NOW })),
    rowOf(said('flagged', { suspect: 'hate', sentiment: 'negative' })),
    rowOf(said('emote', { segments: [{ text: texts.emote }, { emote: ':_hi:' }] })),
    rowOf(said('masked', { segments: hidden, sentiment: 'negative', severity: 2 })),
    rowOf(said('moderator', { roles: ['moderator'] })),
    rowOf(said('owner', { roles: ['owner'] })),
    rowOf(said('member', { roles: ['member'], months: 36 })),
    rowOf(said('unsure', { confidence: 0.48 }), { skipped: 12 }),
    rowOf(said('unscored', { sentiment: null }), { isAfterGap: true }),
  ]
  const shown = rowOf(messageOf('shown', { segments: hidden, sentiment: 'negative', severity: 2 }))
  const isFirst = (authorId: string) => (authorId === 'first' ? NOW : null)
  return (
    <div className="story-chat">
      {rows.map((row) => (
        <ChatRowView key={row.key} row={row} reveal={revealOf(null)} firstAt={isFirst} />
      ))}
      <ChatRowView row={shown} reveal={revealOf([texts.hidden])} firstAt={isFirst} />
    </div>
  )
}

export function Figures({ text }: { text: PartText }) {
  const { format, t } = useText()
  return (
    <dl className="figures">
      <Figure term={text.people} value={t.strip.peopleCount(1284)} title={t.strip.peopleNote} />
      <Figure term={text.messages} value={format.number(48_213)} />
      <Figure term={t.strip.latency} value={t.strip.seconds(format.decimal(0.4))} />
    </dl>
  )
}

export function Tables({ text, stacks = false }: { text: PartText; stacks?: boolean }) {
  const { format, t } = useText()
  const names = stacks ? [text.when, text.what, text.reason] : [text.word, text.count, t.mood.negative]
  const rows = stacks
    ? [text.texts.plain, text.texts.question, text.texts.flagged].map((what, at) => [
        format.dateTime(NOW - at * 3_600_000),
        what,
        text.alarm,
      ])
    : [text.texts.hidden, text.word, text.day].map((word, at) => [
        word,
        format.number(1840 >> (at * 2)),
        `${format.percent(0.4 / (at + 1))} %`,
      ])
  return (
    <table className={`table${stacks ? ' stacks' : ''}`}>
      <thead>
        <tr>
          {names.map((name) => (
            <th key={name}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([first, ...rest]) => (
          <tr key={first}>
            <td>{first}</td>
            {rest.map((value, at) => (
              <td key={names[at + 1]} className={stacks ? 'clip' : 'num'}>
                {value}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function Head({ name }: { name: string }) {
  const { t, format } = useText()
  const names = [t.nav.broadcasts, t.home.date, t.home.whole, t.home.length, t.home.chats, t.home.masked]
  const figures = [
    [t.home.length, format.duration(8_076_000)],
    [t.home.chats, format.number(48_213)],
    [t.home.masked, format.number(212)],
  ]
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="table-scroll" tabIndex={0} aria-label={name}>
      <ListHead past names={names} />
      <ul className="broadcasts past">
        <li>
          <div>
            <b>온새벽</b>
          </div>
          <div className="cell num">{format.date(NOW)}</div>
          <Sparkline minutes={minutes} last={minutes.at(-1)!.windowStart} />
          {figures.map(([term, value]) => (
            <div key={term} className="cell right num">
              <small className="cell-name">{term}</small>
              {value}
            </div>
          ))}
        </li>
      </ul>
    </section>
  )
}

export function Rows({ text }: { text: PartText }) {
  const { format } = useText()
  return (
    <ul className="rows alarm-rows">
      {[0, 1].map((at) => (
        <li key={at}>
          <span>
            <Icon name="bell" /> {text.alarm} <span className="note num">{format.time(NOW - at * 600_000)}</span>
          </span>
          <button type="button" className="button small">
            {text.remove}
          </button>
        </li>
      ))}
    </ul>
  )
}

const store = storeOf()
const silent = storeOf({}, 'open', false)

export function Mood() {
  return (
    <div className="story-pair">
      <MoodNow store={store} minutes={minutes} />
      <MoodNow store={silent} minutes={[]} />
    </div>
  )
}

export function Empty({ text }: { text: PartText }) {
  return (
    <>
      <p className="panel-empty">{text.emptyRows}</p>
      <div className="void">
        <h2>{text.emptyPage}</h2>
        <p>{text.emptyHint}</p>
        <p className="void-actions">
          <a className="button key" href="/">
            {text.add}
          </a>
        </p>
      </div>
    </>
  )
}

const modelAlert = { kind: 'model-unavailable', state: 'firing' } as Alert
const states: readonly Partial<BroadcastState>[] = [
  { state: 'reconnecting', reason: 'source-lost', attempt: 4, nextTryAt: NOW + 30_000 },
  { state: 'refused', reason: 'age' },
  { state: 'waiting', reason: 'upcoming', startsAt: NOW + 1_200_000 },
  { state: 'degraded', reason: 'overflow' },
  { state: 'quiet' },
  { state: 'ended', reason: 'ended' },
  { source: 'demo' },
]
const stores = states.map((state) => storeOf(state))
const lost = storeOf({}, 'lost')

export function Banners() {
  const { t } = useText()
  return (
    <div className="story-banners">
      <BroadcastBanner store={lost} alerts={[]} isModerator />
      <Banner icon="check" title={t.banner.back} isInfo>
        {t.banner.backHint}
      </Banner>
      <BroadcastBanner store={store} alerts={[modelAlert]} isModerator />
      {stores.map((one) => (
        <BroadcastBanner key={one.state.state + one.state.source} store={one} alerts={[]} isModerator />
      ))}
    </div>
  )
}
