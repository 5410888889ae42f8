/** One thing that somebody did, as it goes into the topic: with an id of its own, its time, and bounded texts. */
import { randomUUID } from 'node:crypto'
import type { OperatorAction } from '#schemas/types.ts'
import type { Action } from '../dashboard/commands.ts'

const LONGEST_TEXT = 2_000
const LONGEST_NAME = 300
const MOST_DETAILS = 20

/** @param at epoch ms */
export function operatorAction(action: Action, at: number): OperatorAction {
  const name = (value = '') => value.slice(0, LONGEST_NAME)
  return {
    id: randomUUID(),
    kind: name(action.kind),
    at,
    by: name(action.by),
    role: action.role,
    channelId: name(action.channelId),
    broadcastId: name(action.broadcastId),
    authorId: name(action.authorId),
    messageId: name(action.messageId),
    text: (action.text ?? '').slice(0, LONGEST_TEXT),
    details: Object.fromEntries(
      Object.entries(action.details ?? {})
        .slice(0, MOST_DETAILS)
        .map(([key, value]) => [name(key), name(value)]),
    ),
  }
}
