/** How the analysis is told to forget somebody whom the record of it must not name. */
import { createHmac, randomBytes } from 'node:crypto'
import type { AuthorErasure } from '#schemas/types.ts'

const hashOf = (salt: string, authorId: string): string =>
  createHmac('sha256', Buffer.from(salt, 'hex')).update(authorId).digest('hex')

/** @param at epoch ms */
export function authorErasure(channelId: string, authorId: string, at: number): AuthorErasure {
  const salt = randomBytes(32).toString('hex')
  return { channelId, salt, authorHash: hashOf(salt, authorId), at }
}

/** Whether an author of the same channel is meant. */
export const isErased = ({ salt, authorHash }: AuthorErasure, authorId: string): boolean =>
  hashOf(salt, authorId) === authorHash
