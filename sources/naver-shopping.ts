/**
 * Naver Shopping Live's comments, read anonymously as its own page reads them. A link names one broadcast; a naver.me
 * link is followed to it, and nowhere else.
 */
import { boundedText } from './bounded-text.ts'
import type { BroadcastLink } from './broadcast-link.ts'
import type { ChatSource } from './chat-source.ts'
import { HttpFailure } from './http/http-failure.ts'
import { CommentReader, type ShoppingTiming, shoppingTiming } from './naver-shopping/comment-reader.ts'
import { SHORT_HOST } from './naver-shopping/naver-shopping-link.ts'
import { ShoppingApi, type ShoppingStatus } from './naver-shopping/shopping-api.ts'
import { followShortLink } from './naver-shopping/short-link.ts'
import { productionEnvironment, type SourceEnvironment } from './source-environment.ts'
import { RefusedError } from './source-error.ts'
import type { SourceOptions } from './source-options.ts'
import { readByVisits, type VisitTiming, visitTiming } from './visits.ts'

export interface NaverShoppingLimits extends ShoppingTiming, VisitTiming {
  readonly queueCapacity?: number
}

export function openNaverShopping(
  _options: SourceOptions = {},
  environment: SourceEnvironment = productionEnvironment,
  limits: Partial<NaverShoppingLimits> = {},
): ChatSource {
  const timing = { ...shoppingTiming, ...visitTiming, ...limits }
  const api = new ShoppingApi(environment)
  const known = new Map<string, ShoppingStatus>()
  return {
    name: 'naver-shopping',
    resolve: async (link, signal, { broadcastId } = {}) => {
      signal.throwIfAborted()
      const isResumed = broadcastId !== undefined && /^\d{1,15}$/.test(broadcastId)
      const id = isResumed ? broadcastId : await broadcastIdOf(link, environment, signal)
      const status = await statusOf(api, id, signal)
      // A broadcast that was being watched is told as ended, not refused.
      if (status.phase === 'over' && !isResumed) throw new RefusedError('over', 'the broadcast is over')
      known.clear()
      known.set(id, status)
      return {
        source: 'naver-shopping',
        channelId: link.channelId,
        broadcastId: id,
        url: `https://view.shoppinglive.naver.com/lives/${id}`,
        title: boundedText(status.title, 200),
        channelName: boundedText(status.shop, 100) || id,
      }
    },
    read: (broadcast, signal) => {
      const status = known.get(broadcast.broadcastId) ?? null
      known.clear()
      const reader = new CommentReader(broadcast, api, environment, timing, status)
      const { queueCapacity } = limits
      const visit = (visit: Parameters<typeof reader.visit>[0]) => reader.visit(visit)
      return readByVisits({ broadcast, signal, environment, timing, queueCapacity, visit })
    },
  }
}

async function broadcastIdOf(
  link: BroadcastLink,
  environment: SourceEnvironment,
  signal: AbortSignal,
): Promise<string> {
  if (!link.channel.startsWith(SHORT_HOST)) return link.channel
  return (await followShortLink(link, environment, signal)).channel
}

async function statusOf(api: ShoppingApi, id: string, signal: AbortSignal): Promise<ShoppingStatus> {
  try {
    return await api.status(id, signal)
  } catch (cause) {
    if (cause instanceof HttpFailure && cause.status === 404)
      throw new RefusedError('not-found', 'Naver knows no such broadcast')
    throw cause
  }
}
