import { JavasError } from '../errors.ts'
import type { Operation } from './operation.ts'

export interface ErasePersonArgs {
  readonly channelId: string
  readonly authorId: string
}

/** Its lines are the signed receipt. */
export const erasePerson: Operation<ErasePersonArgs> = async function* ({ erasures }, person) {
  if (!erasures)
    throw new JavasError(
      'ERASURE_UNSUPPORTED',
      'this cannot erase a person from a cluster: Kafka forgets by its retention alone (docs/privacy.md)',
    )
  yield `${JSON.stringify(await erasures.erase(person), null, 2)}\n`
}
