/** The archive follows the log within a second: a page that was just written to waits for what it wrote. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { OperatorAction } from '#schemas/types.ts'
import type { ActionQuery, ArchiveReader } from '#sinks/archive.ts'

const WAIT_MS = 3_000
const EVERY_MS = 50

/** Resolves when an action that `is` it is there, or after three seconds: then it is only not shown yet. */
export async function untilArchived(
  archive: Pick<ArchiveReader, 'actions'>,
  query: ActionQuery,
  is: (action: OperatorAction) => boolean,
): Promise<void> {
  for (let waited = 0; waited <= WAIT_MS; waited += EVERY_MS) {
    const { actions } = await archive.actions({ ...query, limit: 20 })
    if (actions.some(is)) return
    await sleep(EVERY_MS)
  }
}
