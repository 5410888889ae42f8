/**
 * Every state that a broadcast's page can be in, as a broadcast of its own in the fixture: each opens by its URL.
 *
 *     node dashboard/testing/fixture.ts          then for instance /broadcasts/story:reconnecting~now
 */
import type { Alert, BroadcastState } from '#schemas/types.ts'
import { broadcastPath } from '../app/broadcast-id.ts'
import { analyzed } from './chat-script.ts'
import { broadcastState, type Fixture } from './fixture.ts'

const MINUTE = 60_000
const BROADCAST = 'now'

export interface Story {
  readonly name: string
  readonly path: string
  /** What its page must say, in Korean. */
  readonly says: string
}

interface Scene {
  readonly says: string
  readonly state?: (now: number) => Partial<BroadcastState>
  readonly isSilent?: boolean
  readonly hasNoModel?: boolean
}

const scenes: Readonly<Record<string, Scene>> = {
  empty: { says: '첫 채팅을 기다리는 중', isSilent: true, state: () => ({ lastMessageAt: null }) },
  waiting: {
    says: '방송을 기다립니다',
    isSilent: true,
    state: (now) => ({ state: 'waiting', reason: 'upcoming', startsAt: now + 20 * MINUTE, lastMessageAt: null }),
  },
  stale: {
    says: '새 채팅이 한동안 없습니다',
    state: (now) => ({ state: 'quiet', lastMessageAt: now - 4 * MINUTE }),
  },
  reconnecting: {
    says: '채팅 연결이 끊겼습니다',
    state: (now) => ({ state: 'reconnecting', reason: 'source-lost', attempt: 4, nextTryAt: now + 60_000 }),
  },
  partial: { says: '일부만 받는 중입니다', state: () => ({ state: 'degraded', reason: 'overflow' }) },
  'no-model': { says: '분위기 판정이 멈췄습니다', hasNoModel: true },
  ended: { says: '방송이', state: (now) => ({ state: 'ended', reason: 'ended', at: now }) },
  refused: {
    says: '이 방송은 열 수 없습니다',
    isSilent: true,
    state: () => ({ state: 'refused', reason: 'age', channelName: '', title: '', lastMessageAt: null }),
  },
}

export const stories: readonly Story[] = Object.entries(scenes).map(([name, { says }]) => ({
  name,
  says,
  path: broadcastPath({ channelId: `story:${name}`, broadcastId: BROADCAST }),
}))

export async function fillStories(fixture: Fixture): Promise<void> {
  const now = Date.now()
  for (const [name, scene] of Object.entries(scenes)) {
    const channelId = `story:${name}`
    await fixture.write({
      states: [
        broadcastState({
          channelId,
          broadcastId: BROADCAST,
          source: 'twitch',
          channelName: `이야기 ${name}`,
          title: '상태를 보여 주는 방송',
          url: `https://twitch.tv/${name}`,
          at: now,
          startedAt: now - 40 * MINUTE,
          ...scene.state?.(now),
        }),
      ],
      messages: scene.isSilent
        ? []
        : Array.from({ length: 30 }, (_, at) =>
            analyzed({
              id: `story-${name}-${at}`,
              at: now - 10 * MINUTE + at * 10_000,
              channelId,
              broadcastId: BROADCAST,
              author: `사람${at}`,
              text: `상태를 보여 주는 채팅 ${at}`,
              mood: scene.hasNoModel ? null : at % 3 === 0 ? 'negative' : 'neutral',
            }),
          ),
      alerts: scene.hasNoModel ? [modelAlert(channelId, now)] : [],
    })
  }
}

const modelAlert = (channelId: string, now: number): Alert => ({
  id: `${channelId}/model-unavailable/${now}`,
  channelId,
  broadcastId: BROADCAST,
  kind: 'model-unavailable',
  state: 'firing',
  since: now - 2 * MINUTE,
  at: now,
  value: 0,
  lower: 0,
  upper: 0,
  threshold: 0,
  baseline: 0,
  peak: 0,
  messages: 0,
  words: [],
  samples: [],
  reason: '',
  subject: '',
  subjectName: '',
  channelName: '',
  authors: 0,
  loudest: 0,
  revision: 1,
})
