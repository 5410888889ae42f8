/**
 * YouTube Live's chat, read anonymously as YouTube's own page reads it, or through the official Data API where there is
 * a key (`JAVAS_KEY_YOUTUBE`). A watch link means one broadcast; a channel's link means whatever it shows now, and the
 * next one when that is over.
 *
 * Options: `via` is `api` or `page`; without it the API is used where there is a key. `quota` are the API's units a
 * day. `stream: 'false'` polls the API instead of letting it push.
 */
import { boundedText } from './bounded-text.ts'
import type { BroadcastLink } from './broadcast-link.ts'
import type { Broadcast, ChatSource } from './chat-source.ts'
import { HttpFailure } from './http/http-failure.ts'
import { productionEnvironment, type SourceEnvironment } from './source-environment.ts'
import { NotLiveError, RefusedError, SourceError } from './source-error.ts'
import { choiceOption, numberOption, type SourceOptions } from './source-options.ts'
import { readByVisits, type VisitTiming, visitTiming } from './visits.ts'
import { YoutubeApiReader } from './youtube/api-reader.ts'
import { YoutubeChatReader, type YoutubeTiming, youtubeTiming } from './youtube/chat-reader.ts'
import { DataApi } from './youtube/data-api.ts'
import { Innertube } from './youtube/innertube.ts'
import type { LivePage } from './youtube/live-page.ts'
import { quotaOf, UNITS_A_DAY } from './youtube/quota.ts'
import { isVideoId } from './youtube/youtube-link.ts'

export interface YoutubeLimits extends YoutubeTiming, VisitTiming {
  readonly queueCapacity?: number
}

export function openYoutube(
  options: SourceOptions = {},
  environment: SourceEnvironment = productionEnvironment,
  limits: Partial<YoutubeLimits> = {},
): ChatSource {
  const timing = { ...youtubeTiming, ...visitTiming, ...limits }
  const key = environment.credentials.youtube
  const via = choiceOption('via', options.via, key ? 'api' : 'page', ['api', 'page'])
  if (via === 'api') return openOfficial(key, options, environment, timing)
  const innertube = new Innertube(environment)
  /** Pages that `resolve` saw, for the first visit of the same broadcast. */
  const pages = new Map<string, LivePage>()
  return {
    name: 'youtube',
    resolve: async (link, signal, { broadcastId } = {}) => {
      signal.throwIfAborted()
      const known = broadcastId !== undefined && isVideoId(broadcastId) ? broadcastId : null
      const resumed = known === null ? null : await innertube.livePage(known, signal)
      // A broadcast that was being watched is told as ended, not refused; a channel may show another one by now.
      if (known !== null && resumed && (isVideoId(link.channel) || resumed.phase !== 'over')) {
        pages.set(known, resumed)
        return broadcastOf(link, known, resumed)
      }
      const videoId = isVideoId(link.channel) ? link.channel : await presentVideo(innertube, link, signal)
      const page = await innertube.livePage(videoId, signal)
      refuseUnreadable(page, link)
      pages.set(videoId, page)
      return broadcastOf(link, videoId, page)
    },
    read: (broadcast, signal) => {
      const page = pages.get(broadcast.broadcastId) ?? null
      pages.clear()
      const reader = new YoutubeChatReader(broadcast, innertube, environment, timing, page)
      const { queueCapacity } = limits
      return readByVisits({
        ...{ broadcast, signal, environment, timing, queueCapacity },
        backoff: youtubeBackoff,
        visit: (visit) => reader.visit(visit),
      })
    },
  }
}

/** The same through the Data API. Throws SourceError SOURCE_OPTION_INVALID without a key. */
function openOfficial(
  key: string | undefined,
  options: SourceOptions,
  environment: SourceEnvironment,
  timing: VisitTiming & { readonly queueCapacity?: number },
): ChatSource {
  if (!key) throw new SourceError('SOURCE_OPTION_INVALID', 'option via=api needs a key in JAVAS_KEY_YOUTUBE')
  const quota = quotaOf(environment, numberOption('quota', options.quota, UNITS_A_DAY, 100, 100_000_000))
  const streams = choiceOption('stream', options.stream, 'true', ['true', 'false']) === 'true'
  const api = new DataApi(environment, key, quota)
  return {
    name: 'youtube',
    resolve: async (link, signal, { broadcastId } = {}) => {
      signal.throwIfAborted()
      const known = broadcastId !== undefined && isVideoId(broadcastId) ? broadcastId : null
      const videoId = isVideoId(link.channel) ? link.channel : (known ?? (await videoOfChannel(api, link, signal)))
      const found = await api.broadcast(videoId, signal)
      if (found === null) throw new RefusedError('not-found', 'YouTube knows no such video')
      if (found.phase === 'none') throw new RefusedError('not-live', 'this is a video, not a broadcast')
      if (found.phase === 'over' && known === null) throw new RefusedError('over', 'the broadcast is over')
      return broadcastOf(link, videoId, found)
    },
    read: (broadcast, signal) => {
      const reader = new YoutubeApiReader(broadcast, api, environment, quota, streams)
      const { queueCapacity } = timing
      return readByVisits({
        ...{ broadcast, signal, environment, timing, queueCapacity },
        backoff: youtubeBackoff,
        visit: (visit) => reader.visit(visit),
      })
    },
  }
}

async function videoOfChannel(api: DataApi, link: BroadcastLink, signal: AbortSignal): Promise<string> {
  if (link.channel.startsWith('c/'))
    throw new RefusedError('link', 'the Data API does not know such names: paste the link of the broadcast itself')
  const channelId = await api.channelId(link.channel, signal)
  if (channelId === undefined) throw new RefusedError('not-found', 'YouTube knows no such channel')
  const videoId = await api.presentVideo(channelId, signal)
  if (videoId === null) throw new NotLiveError('offline', 'the channel shows no broadcast now')
  return videoId
}

async function presentVideo(innertube: Innertube, link: BroadcastLink, signal: AbortSignal): Promise<string> {
  const path = link.channel.startsWith('UC') ? `channel/${link.channel}` : encodeURI(link.channel)
  try {
    const videoId = await innertube.presentVideo(path, signal)
    if (videoId !== null) return videoId
  } catch (cause) {
    if (cause instanceof HttpFailure && (cause.status === 404 || cause.status === 400))
      throw new RefusedError('not-found', 'YouTube knows no such channel')
    throw cause
  }
  throw new NotLiveError('offline', 'the channel shows no broadcast now')
}

function refuseUnreadable({ phase, continuation, refusal, said }: LivePage, link: BroadcastLink): void {
  const words = boundedText(said, 300)
  if (phase === 'over' && link.continues) throw new NotLiveError('offline', words || 'the last broadcast is over')
  if (phase === 'over') throw new RefusedError('over', words || 'the broadcast is over')
  if (continuation !== null || phase === 'upcoming') return
  throw new RefusedError(phase === 'live' ? 'chat-off' : refusal, words || 'YouTube shows no chat of it')
}

function broadcastOf(
  { channelId, channel }: BroadcastLink,
  videoId: string,
  page: Pick<LivePage, 'title' | 'channelName'>,
): Broadcast {
  return {
    source: 'youtube',
    channelId,
    broadcastId: videoId,
    url: `https://www.youtube.com/watch?v=${videoId}`,
    title: boundedText(page.title, 200),
    channelName: boundedText(page.channelName, 100) || channel,
  }
}

/** YouTube's troubles pass in seconds or in minutes: eight attempts two seconds apart, then up to a minute. */
function youtubeBackoff(attempt: number, random: () => number): number {
  const seconds = attempt < 8 ? 2 : Math.min(60, 2 * 2 ** (attempt - 7))
  return Math.round(seconds * 1_000 * (0.75 + 0.5 * random()))
}
