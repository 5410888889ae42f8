/** The steps of docs/sources.md, "First live run", that a machine can take. Pure. */
import type { Finding, Observation } from './observation.ts'

type Step = (seen: Observation) => Finding

const finding = (step: string, verdict: Finding['verdict'], detail: string): Finding => ({ step, verdict, detail })
const expected = (step: string, holds: boolean, detail: string) =>
  finding(step, holds ? 'as expected' : 'different', detail)

/** Messages of a platform whose time is older are history. */
const MOST_SKEW_MS = 60_000

const everywhere: readonly Step[] = [
  ({ broadcast, resolvedMs, failure }) =>
    broadcast
      ? finding(
          'the broadcast is found',
          'as expected',
          `${broadcast.channelName}: ${broadcast.title} (${resolvedMs} ms)`,
        )
      : finding('the broadcast is found', 'different', failure?.message ?? 'no answer'),
  ({ states, startedAt }) => {
    const live = states.find(({ state }) => state === 'live' || state === 'degraded')
    return live
      ? finding('its chat is read', 'as expected', `${live.state} after ${live.at - startedAt} ms`)
      : finding('its chat is read', 'different', told(states.at(-1)))
  },
  ({ states }) => {
    const lost = states.filter(({ state }) => state === 'reconnecting')
    return expected('the connection holds', lost.length === 0, lost.length === 0 ? 'not lost once' : told(lost[0]))
  },
  ({ messages }) => {
    const kinds = Object.entries(Object.groupBy(messages, ({ kind }) => kind))
    return messages.length === 0
      ? finding('messages arrive', 'unseen', 'nobody wrote')
      : finding('messages arrive', 'as expected', kinds.map(([kind, of]) => `${of?.length} ${kind}`).join(', '))
  },
  ({ messages }) => {
    const live = messages.filter(({ history, kind }) => !history && kind === 'text')
    if (live.length === 0) return finding("times are the platform's", 'unseen', 'nobody wrote')
    const skews = live.map(({ receivedAt, timestamp }) => receivedAt - timestamp).sort((one, other) => one - other)
    const median = skews[skews.length >> 1]!
    return expected(
      "times are the platform's",
      Math.abs(median) <= MOST_SKEW_MS,
      `median ${median} ms before we had them`,
    )
  },
  ({ messages }) => {
    const nameless = messages.filter(({ kind, author }) => kind === 'text' && author.id === 'anonymous').length
    if (messages.length === 0) return finding('authors have ids', 'unseen', 'nobody wrote')
    return expected('authors have ids', nameless === 0, `${nameless} without`)
  },
  ({ counted }) => {
    const unknown = [...(counted.get('unknown') ?? [])].sort(([, one], [, other]) => other - one)
    const detail = unknown.slice(0, 5).map(([name, times]) => `${times} ${name}`)
    return expected('everything is understood', unknown.length === 0, detail.join(', ') || 'nothing unknown')
  },
  ({ counted }) => {
    const malformed = [...(counted.get('malformed')?.values() ?? [])].reduce((sum, times) => sum + times, 0)
    return expected('everything is readable', malformed === 0, `${malformed} that were not`)
  },
]

/** Whether an address whose path has `part` answered 200; unseen when it was not asked. */
const answers =
  (step: string, part: string): Step =>
  ({ entries }) => {
    const asked = entries.flatMap((entry) => (entry.type === 'http' && entry.path.includes(part) ? [entry] : []))
    const statuses = [...new Set(asked.map(({ status }) => status))].join(', ')
    return asked.length === 0
      ? finding(step, 'unseen', `${part} was not asked`)
      : expected(
          step,
          asked.some(({ status }) => status === 200),
          `${part}: status ${statuses}, asked ${asked.length} times`,
        )
  }

const neverDegraded =
  (step: string, reason: string, meaning: string): Step =>
  ({ states }) => {
    const isDegraded = states.some((change) => change.state === 'degraded' && change.reason === reason)
    if (!states.some(({ state }) => state === 'live' || state === 'degraded'))
      return finding(step, 'unseen', 'not read')
    return expected(step, !isDegraded, isDegraded ? meaning : 'yes')
  }

const idsAre =
  (step: string, shape: RegExp): Step =>
  ({ messages }) => {
    const texts = messages.filter(({ kind }) => kind === 'text')
    const odd = texts.find(({ id }) => !shape.test(id))
    if (texts.length === 0) return finding(step, 'unseen', 'nobody wrote')
    return expected(step, odd === undefined, odd ? `such as ${odd.id.slice(0, 60)}` : `all ${texts.length}`)
  }

const ofPlatform: { readonly [source: string]: readonly Step[] } = {
  youtube: [
    answers('the page of the video answers', '/watch'),
    answers('the chat answers', '/get_live_chat'),
    neverDegraded(
      'all of the chat is read',
      'top-chat-only',
      'YouTube no longer takes the changed token: its own selection is read',
    ),
  ],
  twitch: [idsAre('messages have ids of Twitch', /^[0-9a-f]{8}-[0-9a-f-]{27}$/)],
  'naver-shopping': [
    answers('the broadcast answers where we ask first', '/viewer_api_web/v1/broadcast/'),
    answers('comments answer', '/comments'),
    idsAre('comments are numbered', /^\d+$/),
  ],
  chzzk: [
    answers('the newest address of the state answers', '/polling/v3.1/'),
    answers('a token is given', '/access-token'),
    answers('the chat servers are listed', '/getRouting'),
    idsAre('messages are named as a blind names them', /^[^:]+:\d{13}$/),
  ],
  soop: [
    answers('the player is answered', '/player_live_api.php'),
    neverDegraded('the chat is encrypted', 'unencrypted', 'the TLS port does not answer from here'),
  ],
}

/** In the order in which they are taken; what was not reached is told as unseen. */
export function findings(source: string, seen: Observation): readonly Finding[] {
  return [...everywhere, ...(ofPlatform[source] ?? [])].map((step) => step(seen))
}

function told(change: Observation['states'][number] | undefined): string {
  if (!change) return 'the source said nothing'
  return `${change.state} ${change.reason} ${change.detail}`.trim()
}
