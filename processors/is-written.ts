import type { MessageKind } from '#schemas/types.ts'

/** What a viewer wrote, as opposed to what the platform tells. Only this is tokenized, scored, counted and judged. */
export const isWritten = (kind: MessageKind): boolean => kind === 'text' || kind === 'paid'
