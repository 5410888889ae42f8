import { hostname } from 'node:os'
import type { Producer } from '#topology'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { version } from '../version.ts'
import { type Role, type RoleStatus, statusRecord, TELL_EVERY_MS } from './role-status.ts'

export type StatusNow = Pick<RoleStatus, 'state' | 'problem'> &
  Partial<Pick<RoleStatus, 'collect' | 'analyze' | 'export' | 'notify'>>

export interface TellStatusOptions {
  readonly producer: Producer
  readonly role: Role
  readonly instanceId: string
  readonly log: Log
  readonly status: () => StatusNow | Promise<StatusNow>
}

/** Tells the others how this process is, every few seconds; the returned function says goodbye. */
export function tellStatus({ producer, role, instanceId, log, status }: TellStatusOptions): () => Promise<void> {
  const startedAt = Date.now()
  let telling: Promise<void> | null = null
  const tell = async (now: StatusNow) => {
    try {
      await producer.send([
        statusRecord({
          ...{ role, instanceId, host: hostname(), pid: process.pid, version, startedAt, at: Date.now() },
          ...{ collect: null, analyze: null, export: null, notify: null },
          ...now,
        }),
      ])
    } catch (cause) {
      log.debug(`nobody could be told how this process is: ${messageOf(cause)}`)
    }
  }
  const turn = () => {
    // A log that does not answer must not be asked again and again.
    telling ??= (async () => tell(await status()))()
      .catch(() => {})
      .finally(() => {
        telling = null
      })
  }
  turn()
  const timer = setInterval(turn, TELL_EVERY_MS)
  return async () => {
    clearInterval(timer)
    await telling
    await tell({ state: 'NOT_RUNNING', problem: '' })
  }
}
