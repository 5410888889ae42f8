import { chatMessage } from '#sources/chat-message.ts'
import { commentMeaning } from '#sources/naver-shopping/shopping-comment.ts'
import { benchBroadcast, chatText, type SourceWork } from './work.ts'

/** One page of 100 comments. */
export function naverShoppingWork(): SourceWork {
  const list = Array.from({ length: 100 }, (_, index) => ({
    ...{
      commentNo: 48_213_000 + index,
      commentType: 'CHATTING',
      nickname: `별님${index % 30}**`,
      message: chatText(index),
    },
    commentCreatedAt: '2026-11-23T20:15:31.402',
  }))
  const body = JSON.stringify({ next: 48_213_099, list })
  const broadcast = benchBroadcast('naver-shopping')
  const context = { broadcast, shop: '포근한집', receivedAt: 1_795_400_001_000, isHistory: false }
  return {
    name: 'naver-shopping',
    run: () => {
      let messages = 0
      for (const comment of (JSON.parse(body) as { list: unknown[] }).list)
        if (chatMessage(commentMeaning(comment, context).draft).id !== '') messages++
      return messages
    },
  }
}
