/** What YouTube says of a video: a page of its site, or the same from its page's own API. Pure, never throws. */
import { at, listAt, numberAt, textAt } from '../json-path.ts'
import type { RefusalReason } from '../state-change.ts'
import { pageObject } from './page-json.ts'
import { youtubeText } from './runs.ts'

export interface LivePage {
  readonly title: string
  readonly channelName: string
  /** `live` also where only a chat that can be read says so */
  readonly phase: 'live' | 'upcoming' | 'over' | 'unknown'
  /** epoch ms */
  readonly startsAt: number | null
  /** where the chat is read from; null when there is none */
  readonly continuation: string | null
  /** why there is no chat, as far as the page says */
  readonly refusal: RefusalReason
  readonly said: string
}

/** Undefined when the page carries none of the objects that a video's page has: a consent page, an error page. */
export function livePageOfHtml(html: string): LivePage | undefined {
  const data = pageObject(html, 'ytInitialData')
  if (at(data, 'contents') === undefined) return undefined
  return livePage(data, pageObject(html, 'ytInitialPlayerResponse'))
}

/** The client version that YouTube's own page would send; null when the page does not say. */
export function clientVersionOf(html: string): string | null {
  return /"INNERTUBE_CLIENT_VERSION"\s*:\s*"(\d[\d.]{4,39})"/.exec(html)?.[1] ?? null
}

/** @param data the body of `/next`, or `ytInitialData` */
export function livePage(data: unknown, player?: unknown): LivePage {
  const columns = at(data, 'contents', 'twoColumnWatchNextResults')
  const conversation = at(columns, 'conversationBar')
  const chat = at(conversation, 'liveChatRenderer')
  const isReplay = at(chat, 'isReplay') === true
  const token = continuationOf(listAt(chat, 'continuations'))
  const continuation = isReplay || token.startsWith('op2w0w') ? null : token || null
  const contents = listAt(columns, 'results', 'results', 'contents')
  const of = (renderer: string) => contents.map((one) => at(one, renderer)).find((one) => one !== undefined)
  const owner = at(of('videoSecondaryInfoRenderer'), 'owner', 'videoOwnerRenderer', 'title')
  const said =
    youtubeText(at(conversation, 'conversationBarRenderer', 'availabilityMessage', 'messageRenderer', 'text')) ||
    textAt(player, 'playabilityStatus', 'reason')
  const { phase, startsAt } = phaseOf(player)
  return {
    title: youtubeText(at(of('videoPrimaryInfoRenderer'), 'title')) || textAt(player, 'videoDetails', 'title'),
    channelName: youtubeText(owner) || textAt(player, 'videoDetails', 'author'),
    phase: isReplay || token.startsWith('op2w0w') ? 'over' : phase === 'unknown' && continuation ? 'live' : phase,
    startsAt,
    continuation,
    refusal: refusalOf(player, contents.length > 0),
    said,
  }
}

/** The first token whatever its wrapping is called. */
export function continuationOf(continuations: readonly unknown[]): string {
  for (const one of continuations) {
    if (typeof one !== 'object' || one === null) continue
    for (const [name, data] of Object.entries(one)) {
      // A jump in a recording is not "what comes next".
      const token = name === 'playerSeekContinuationData' ? '' : textAt(data, 'continuation')
      if (token !== '' && token.length <= 10_000) return token
    }
  }
  return ''
}

function phaseOf(player: unknown): Pick<LivePage, 'phase' | 'startsAt'> {
  const times = at(player, 'microformat', 'playerMicroformatRenderer', 'liveBroadcastDetails')
  const slate = at(player, 'playabilityStatus', 'liveStreamability', 'liveStreamabilityRenderer', 'offlineSlate')
  const seconds = numberAt(slate, 'liveStreamOfflineSlateRenderer', 'scheduledStartTime')
  const announced = Date.parse(textAt(times, 'startTimestamp'))
  const startsAt = seconds !== null ? seconds * 1_000 : Number.isNaN(announced) ? null : announced
  if (at(times, 'isLiveNow') === true || at(player, 'videoDetails', 'isLive') === true)
    return { phase: 'live', startsAt: null }
  if (at(player, 'videoDetails', 'isUpcoming') === true) return { phase: 'upcoming', startsAt }
  if (textAt(times, 'endTimestamp') !== '') return { phase: 'over', startsAt: null }
  if (textAt(player, 'playabilityStatus', 'status') === 'LIVE_STREAM_OFFLINE') return { phase: 'upcoming', startsAt }
  return { phase: 'unknown', startsAt: null }
}

/** By structure; the words that YouTube says are for people. */
function refusalOf(player: unknown, hasContents: boolean): RefusalReason {
  const status = at(player, 'playabilityStatus')
  const offer = textAt(status, 'errorScreen', 'playerLegacyDesktopYpcOfferRenderer', 'offerId')
  switch (textAt(status, 'status')) {
    case 'AGE_CHECK_REQUIRED':
    case 'AGE_VERIFICATION_REQUIRED':
    case 'CONTENT_CHECK_REQUIRED':
      return 'age'
    case 'LOGIN_REQUIRED':
      return numberAt(status, 'desktopLegacyAgeGateReason') !== null ? 'age' : 'private'
    case 'UNPLAYABLE':
      return offer !== '' ? 'members' : 'region'
    case 'ERROR':
      return 'not-found'
    case 'OK':
      return at(player, 'videoDetails', 'isLiveContent') === true ? 'chat-off' : 'not-live'
    default:
      return hasContents ? 'chat-off' : 'not-found'
  }
}
