/** What a comment of Naver Shopping Live means. Pure, never throws. */
import type { MessageDraft } from '../chat-message.ts'
import type { Broadcast } from '../chat-source.ts'
import { derivedId } from '../derived-id.ts'
import { numberAt, textAt } from '../json-path.ts'
import { koreanTime } from '../korean-time.ts'

export interface CommentContext {
  readonly broadcast: Broadcast
  /** the shop's own nickname; its comments are the owner's */
  readonly shop: string
  readonly receivedAt: number
  readonly isHistory: boolean
}

export interface CommentMeaning {
  readonly draft: MessageDraft
  /** the type where it is none of a viewer's; '' otherwise */
  readonly unknown: string
}

/** Live and replay name the same things differently: `commentCreatedAt` and `createdAt`, `commentNo` and `id`. */
export function commentMeaning(comment: unknown, context: CommentContext): CommentMeaning {
  const { source, channelId, broadcastId } = context.broadcast
  const type = textAt(comment, 'commentType')
  const text = textAt(comment, 'message')
  const isWritten = type === 'CHATTING' || (type === '' && text !== '')
  const nickname = textAt(comment, 'nickname')
  const written = textAt(comment, 'commentCreatedAt') || textAt(comment, 'createdAt')
  const number = idOf(comment, 'commentNo') || idOf(comment, 'id')
  const author = idOf(comment, 'idNo') || nickname
  return {
    unknown: isWritten ? '' : type || 'nothing',
    draft: {
      ...{ source, channelId, broadcastId, text },
      id: number || derivedId(nickname, written, text),
      kind: isWritten ? 'text' : type === 'NOTICE' ? 'notice' : 'system',
      timestamp: koreanTime(written) ?? context.receivedAt,
      receivedAt: context.receivedAt,
      author:
        author === ''
          ? null
          : { id: author, name: nickname, roles: nickname !== '' && nickname === context.shop ? ['owner'] : [] },
      history: context.isHistory,
      raw: isWritten ? null : JSON.stringify(comment),
    },
  }
}

/** Numbers of 64 bits may come as text. */
function idOf(comment: unknown, name: string): string {
  const text = textAt(comment, name)
  if (text !== '') return text
  const number = numberAt(comment, name)
  return number === null ? '' : String(number)
}
