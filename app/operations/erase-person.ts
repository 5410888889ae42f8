import type { Operation } from './operation.ts'

export interface ErasePersonArgs {
  readonly channelId: string
  readonly authorId: string
}

/** Its lines are the signed receipt. */
export const erasePerson: Operation<ErasePersonArgs> = async function* ({ erasures }, person) {
  yield `${JSON.stringify(await erasures.erase(person), null, 2)}\n`
}
