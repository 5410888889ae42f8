/**
 * YouTube Live's chat, read anonymously as YouTube's own page reads it, or through the official Data API where there is
 * a key (`JAVAS_KEY_YOUTUBE`). A watch link means one broadcast; a channel's link means whatever it shows now, and the
 * next one when that is over.
 */
import { boundedText } from './bounded-text.ts'
import type { BroadcastLink } from './broadcast-link.ts'
import type { Broadcast, ChatSource } from './chat-source.ts'
import { HttpFailure } from './http/http-failure.ts'
import { productionEnvironment, type SourceEnvironment } from './source-environment.ts'
import { NotLiveError, RefusedError } from './source-error.ts'
import type { SourceOptions } from './source-options.ts'
import { readByVisits, type VisitTiming, visitTiming } from './visits.ts'
import { YoutubeChatReader, type YoutubeTiming, youtubeTiming } from './youtube/chat-reader.ts'
import { Innertube } from './youtube/innertube.ts'
import type { LivePage } from './youtube/live-page.ts'
import { isVideoId } from './youtube/youtube-link.ts'

export interface YoutubeLimits extends YoutubeTiming, VisitTiming {
  readonly queueCapacity?: number
}

export function openYoutube(
  _options: SourceOptions = {},
  environment: SourceEnvironment = productionEnvironment,
  limits: Partial<YoutubeLimits> = {},
): ChatSource {
  const timing = { ...youtubeTiming, ...visitTiming, ...limits }
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

function broadcastOf({ channelId, channel }: BroadcastLink, videoId: string, page: LivePage): Broadcast {
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
