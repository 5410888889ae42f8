/**
 * Every state that a page can be in, most as a broadcast of its own in the fixture: each opens by its URL behind the
 * door of the stories (`story-door.ts`), which makes what only a network or another person can.
 *
 *     node dashboard/testing/fixture.ts          prints the URL of every state
 */
import type { Page } from 'playwright-core'
import type { Alert, BroadcastState, WindowCount } from '#schemas/types.ts'
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
  /** What leads into the state once the page is open. */
  readonly enter?: (page: Page) => Promise<unknown>
}

interface Scene {
  readonly says: string
  /** Behind the path of its broadcast. */
  readonly search?: (now: number) => string
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
  // What was said in the stretch never comes.
  loading: {
    says: '가져오는 중입니다',
    search: (now) => `?from=${Math.floor(now / MINUTE) - 12}&to=${Math.floor(now / MINUTE) - 5}`,
  },
  // Its events cannot be had.
  lost: { says: '화면이 서버와 끊겼습니다' },
  // Its events end once, as those of a server that starts anew.
  restarted: { says: '다시 이어졌습니다' },
  ended: { says: '방송이', state: (now) => ({ state: 'ended', reason: 'ended', at: now }) },
  refused: {
    says: '이 방송은 열 수 없습니다',
    isSilent: true,
    state: () => ({ state: 'refused', reason: 'age', channelName: '', title: '', lastMessageAt: null }),
  },
}

export const storyPath = (name: string) => broadcastPath({ channelId: `story:${name}`, broadcastId: BROADCAST })

export const stories: readonly Story[] = [
  ...Object.entries(scenes).map(([name, { says, search }]) => ({
    name,
    says,
    path: storyPath(name) + (search?.(Date.now()) ?? ''),
    ...(name === 'restarted' && {
      enter: (page: Page) => page.locator('.banner .icon use[href="#icon-check"]').waitFor(),
    }),
  })),
  {
    name: 'page-loading',
    says: '가져오는 중입니다',
    path: '/?slow',
    enter: (page) => page.locator('.broadcast-name a').first().click({ noWaitAfter: true }),
  },
  { name: 'no-permission', says: '볼 수 없는 화면입니다', path: '/models?as=viewer' },
  { name: 'not-found', says: '없는 화면입니다', path: '/broadcasts/story:gone~now' },
]

export async function fillStories(fixture: Fixture): Promise<void> {
  const now = Date.now()
  // As much as a minute needs for its shares to be told; the last of them four minutes ago.
  const spoken = Array.from({ length: 160 }, (_, n) => ({ n, at: now - 14 * MINUTE + n * 3_750 }))
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
      messages: scene.isSilent ? [] : spoken.map(({ at, n }) => sayingOf(channelId, name, at, n, scene)),
      windows: scene.isSilent ? [] : windowsOf(channelId, spoken, scene),
      alerts: scene.hasNoModel ? [modelAlert(channelId, now)] : [],
    })
  }
}

interface Spoken {
  readonly n: number
  readonly at: number
}

const moodOf = (n: number, { hasNoModel }: Scene) =>
  hasNoModel ? null : n % 3 === 0 ? 'negative' : n % 4 === 0 ? 'positive' : 'neutral'

const sayingOf = (channelId: string, name: string, at: number, n: number, scene: Scene) =>
  analyzed({
    id: `story-${name}-${n}`,
    at,
    channelId,
    broadcastId: BROADCAST,
    author: `사람${n % 40}`,
    text: `상태를 보여 주는 채팅 ${n}`,
    mood: moodOf(n, scene),
  })

/** The minutes of what was said. */
function windowsOf(channelId: string, spoken: readonly Spoken[], scene: Scene): readonly WindowCount[] {
  const minutes = Map.groupBy(spoken, ({ at }) => Math.floor(at / MINUTE) * MINUTE)
  return [...minutes].map(([windowStart, said]) => {
    const of = (mood: string | null) => said.filter(({ n }) => moodOf(n, scene) === mood).length
    return {
      channelId,
      broadcastId: BROADCAST,
      windowStart,
      windowEnd: windowStart + MINUTE,
      messages: said.length,
      positive: of('positive'),
      neutral: of('neutral'),
      negative: of('negative'),
      unscored: of(null),
      unsure: 0,
      profane: 0,
      mildlyProfane: 0,
      authors: said.length,
      closed: true,
      revision: 1,
    }
  })
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
