/** One answer of YouTube's chat, taken apart. */
import { at, listAt, numberAt } from '../json-path.ts'
import { continuationOf } from './live-page.ts'
import { youtubeText } from './runs.ts'

export interface ChatAnswer {
  readonly actions: readonly unknown[]
  /** for the next poll; null: this chat says no more under this token */
  readonly continuation: string | null
  /** what YouTube would wait for, ms; null when it does not say */
  readonly timeoutMs: number | null
  /** what it said instead of a chat */
  readonly said: string
}

export function chatAnswer(body: unknown): ChatAnswer {
  const chat = at(body, 'continuationContents', 'liveChatContinuation')
  const continuations = listAt(chat, 'continuations')
  const waits = continuations.flatMap((one) => Object.values(one ?? {}).map((data) => numberAt(data, 'timeoutMs')))
  return {
    actions: listAt(chat, 'actions'),
    continuation: continuationOf(continuations) || null,
    timeoutMs: waits.find((wait) => wait !== null) ?? null,
    said: youtubeText(at(body, 'contents', 'messageRenderer', 'text')),
  }
}
