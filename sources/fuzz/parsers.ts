/** Every parser of what comes from outside, as a function of bytes, with whole examples to start from. */
import type { ChatMessage } from '#schemas/types.ts'
import { chatMessage } from '../chat-message.ts'
import type { Broadcast } from '../chat-source.ts'
import { chzzkMeanings, chzzkPacket } from '../chzzk/chzzk-message.ts'
import chzzkGoldens from '../chzzk/golden.json' with { type: 'json' }
import { LineSplitter } from '../irc/line-splitter.ts'
import { parseIrc } from '../irc/parse-irc.ts'
import naverGoldens from '../naver-shopping/golden.json' with { type: 'json' }
import { commentMeaning } from '../naver-shopping/shopping-comment.ts'
import { parseRecorded } from '../recording.ts'
import { parseBroadcastLink } from '../registry.ts'
import soopGoldens from '../soop/golden.json' with { type: 'json' }
import { soopMeaning } from '../soop/soop-message.ts'
import { decodePackets, encodePacket } from '../soop/soop-packet.ts'
import { twitchMeaning } from '../twitch-message.ts'
import { disguises } from '../wire/disguise/platforms.ts'
import { Pseudonyms } from '../wire/pseudonyms.ts'
import { parseWireEntry } from '../wire/wire-recording.ts'
import { apiMeaning } from '../youtube/api-message.ts'
import { actionMeaning } from '../youtube/chat-action.ts'
import { chatAnswer } from '../youtube/chat-answer.ts'
import youtubeGoldens from '../youtube/golden.json' with { type: 'json' }
import { livePageOfHtml } from '../youtube/live-page.ts'
import { twitchGoldens } from './twitch-golden.ts'

export interface FuzzedParser {
  readonly name: string
  readonly examples: readonly Buffer[]
  /** What it makes of the bytes; a throw is a defect. */
  readonly parse: (bytes: Buffer) => readonly ChatMessage[]
}

const receivedAt = 1_795_400_009_000
const broadcastOf = (source: string): Broadcast => ({
  ...{ source, channelId: `${source}:c`, broadcastId: 'b1', url: '', title: '', channelName: 'c' },
})
const json = (value: unknown) => Buffer.from(JSON.stringify(value))

/** What cannot be read at all is told apart before a parser sees it, in every source. */
function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

type Drafted = { readonly type: string; readonly draft?: Parameters<typeof chatMessage>[0] }
const written = (meanings: readonly Drafted[]) => meanings.flatMap(({ draft }) => (draft ? [chatMessage(draft)] : []))

const youtube = { broadcast: broadcastOf('youtube'), receivedAt, isHistory: false }
const chzzk = { broadcast: broadcastOf('chzzk'), receivedAt }
const soop = { broadcast: broadcastOf('soop'), receivedAt, ordinal: 1 }
const naver = { broadcast: broadcastOf('naver-shopping'), shop: '포근한집', receivedAt, isHistory: false }
const actions = youtubeGoldens.map(({ action }) => action)

export const fuzzedParsers: readonly FuzzedParser[] = [
  {
    name: 'twitch',
    examples: twitchGoldens.map((line) => Buffer.from(`${line}\r\n`)),
    parse: (bytes) => {
      const splitter = new LineSplitter()
      const lines = [...splitter.push(bytes.toString('utf8')), ...splitter.flush()]
      const context = { broadcast: broadcastOf('twitch'), channel: 'somechannel', receivedAt, ordinal: 1 }
      return written(
        lines.flatMap((line) => {
          const irc = parseIrc(line)
          return irc ? [twitchMeaning(irc, { ...context, line })] : []
        }),
      )
    },
  },
  {
    name: 'youtube chat',
    examples: [
      ...actions.map((action) => json({ continuationContents: { liveChatContinuation: { actions: [action] } } })),
      json({ continuationContents: { liveChatContinuation: { continuations: [{ x: { timeoutMs: 1 } }], actions } } }),
    ],
    parse: (bytes) =>
      written(chatAnswer(readJson(bytes)).actions.map((action): Drafted => actionMeaning(action, youtube))),
  },
  {
    name: 'youtube page',
    examples: ['ytInitialData', 'ytInitialPlayerResponse'].map((name) =>
      Buffer.from(
        `<html><script>var ${name} = {"contents":{"twoColumnWatchNextResults":{"conversationBar":{"liveChatRenderer":{"continuations":[{"a":{"continuation":"0ofMyA"}}]}}}},"playabilityStatus":{"status":"OK"}};</script>`,
      ),
    ),
    parse: (bytes) => {
      livePageOfHtml(bytes.toString('utf8'))
      return []
    },
  },
  {
    name: 'youtube api',
    examples: ['textMessageEvent', 'superChatEvent', 'userBannedEvent', 'membershipGiftingEvent'].map((type) =>
      json({
        id: 'LCC.1',
        snippet: {
          ...{ type, publishedAt: '2026-11-23T02:13:20Z', displayMessage: '안녕' },
          ...{ textMessageDetails: { messageText: '안녕' }, membershipGiftingDetails: { giftMembershipsCount: 5 } },
          superChatDetails: { amountMicros: '5000000', currency: 'KRW', amountDisplayString: '₩5', userComment: 'a' },
          userBannedDetails: { bannedUserDetails: { channelId: 'UCx' } },
        },
        authorDetails: { channelId: 'UCx', displayName: '@cheese', isChatOwner: true },
      }),
    ),
    parse: (bytes) => written([apiMeaning(readJson(bytes), youtube) as Drafted]),
  },
  {
    name: 'naver-shopping',
    examples: naverGoldens.map(({ comment }) => json(comment)),
    parse: (bytes) => [chatMessage(commentMeaning(readJson(bytes), naver).draft)],
  },
  {
    name: 'chzzk',
    examples: chzzkGoldens.map(({ packet }) => json(packet)),
    parse: (bytes) => {
      const packet = chzzkPacket(bytes)
      return packet ? written(chzzkMeanings(packet, chzzk)) : []
    },
  },
  {
    name: 'soop',
    examples: [
      ...soopGoldens.map(({ service, fields }) => encodePacket(service, fields)),
      Buffer.concat(soopGoldens.map(({ service, fields }) => encodePacket(service, fields))),
    ],
    parse: (bytes) => written(decodePackets(bytes).packets.map((packet): Drafted => soopMeaning(packet, soop))),
  },
  {
    name: 'recording',
    examples: chzzkGoldens.flatMap(({ meanings }) =>
      meanings.flatMap((meaning) => ('message' in meaning && meaning.message ? [json(meaning.message)] : [])),
    ),
    parse: (bytes) => {
      const message = parseRecorded(bytes.toString('utf8'))
      return typeof message === 'string' ? [] : [message]
    },
  },
  {
    name: 'raw recording',
    examples: [
      json({ at: 1, type: 'http', method: 'GET', path: '/x', status: 200, headers: { a: 'b' }, body: '{}' }),
      json({ at: 1, type: 'in', socket: 0, isBinary: true, data: 'AAAA' }),
    ],
    parse: (bytes) => {
      parseWireEntry(bytes.toString('utf8'))
      return []
    },
  },
  {
    name: 'disguise',
    examples: [
      ...chzzkGoldens.slice(0, 5).map(({ packet }) => json(packet)),
      ...soopGoldens.slice(0, 5).map(({ service, fields }) => encodePacket(service, fields)),
      ...twitchGoldens.slice(0, 10).map((line) => Buffer.from(`${line}\r\n`)),
      ...actions.slice(0, 5).map(json),
    ],
    parse: (bytes) => {
      for (const disguise of Object.values(disguises)) {
        const { body, frame } = disguise(new Pseudonyms(Buffer.from('fuzz')))
        body(bytes.toString('utf8'))
        frame(bytes)
      }
      return []
    },
  },
  {
    name: 'link',
    examples: [
      ...[
        'https://www.twitch.tv/somechannel',
        'https://www.youtube.com/watch?v=AbCdEfGhIjk&t=3',
        'youtu.be/AbCdEfGhIjk',
      ],
      ...[
        'https://chzzk.naver.com/live/0123456789abcdef0123456789abcdef',
        'https://play.sooplive.com/cheese/291000001',
      ],
      ...[
        'https://view.shoppinglive.naver.com/lives/1234567?fm=x',
        'https://naver.me/abcDEF',
        'replay:show.jsonl',
        '#a',
      ],
    ].map((text) => Buffer.from(text)),
    parse: (bytes) => {
      parseBroadcastLink(bytes.toString('utf8'))
      return []
    },
  },
]
