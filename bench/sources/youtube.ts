import { chatMessage } from '#sources/chat-message.ts'
import { actionMeaning } from '#sources/youtube/chat-action.ts'
import { chatAnswer } from '#sources/youtube/chat-answer.ts'
import { benchBroadcast, chatText, type SourceWork } from './work.ts'

/** One answer of `get_live_chat` with 200 messages, a tenth of them with an emote and a badge. */
export function youtubeWork(): SourceWork {
  const actions = Array.from({ length: 200 }, (_, index) => ({
    addChatItemAction: {
      item: {
        liveChatTextMessageRenderer: {
          id: `ChwKGkNKbXk${index}`,
          timestampUsec: String(1_795_400_000_000_000 + index * 5_000),
          authorExternalChannelId: `UCaaaaaaaaaaaaaaaaaaa${index % 50}`,
          authorName: { simpleText: `@viewer${index % 50}` },
          authorPhoto: { thumbnails: [{ url: 'https://yt4.example/photo=s32', width: 32, height: 32 }] },
          contextMenuEndpoint: { commandMetadata: { webCommandMetadata: { ignoreNavigation: true } } },
          message: {
            runs: [
              { text: chatText(index) },
              ...(index % 10 === 0
                ? [
                    {
                      emoji: {
                        ...{ emojiId: 'UCb/hi', shortcuts: [':_hi:'], isCustomEmoji: true },
                        image: { thumbnails: [{ url: 'https://yt3.example/hi=w24-h24' }] },
                      },
                    },
                  ]
                : []),
            ],
          },
          ...(index % 10 === 0 && {
            authorBadges: [
              {
                liveChatAuthorBadgeRenderer: {
                  ...{
                    customThumbnail: { thumbnails: [{ url: 'https://yt3.example/m=s16' }] },
                    tooltip: 'Member (6 months)',
                  },
                },
              },
            ],
          }),
        },
      },
      clientId: `c${index}`,
    },
  }))
  const continuations = [{ invalidationContinuationData: { timeoutMs: 10_000, continuation: '0ofMyANext' } }]
  const body = JSON.stringify({ continuationContents: { liveChatContinuation: { continuations, actions } } })
  const context = { broadcast: benchBroadcast('youtube'), receivedAt: 1_795_400_001_000, isHistory: false }
  return {
    name: 'youtube',
    run: () => {
      let messages = 0
      for (const action of chatAnswer(JSON.parse(body)).actions) {
        const meaning = actionMeaning(action, context)
        if (meaning.type !== 'ignored' && chatMessage(meaning.draft).id !== '') messages++
      }
      return messages
    },
  }
}
