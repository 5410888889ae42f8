import { BrokerError } from '../errors.ts'
import type { SessionId } from '../log/log-storage.ts'
import type { Connection } from './connection.ts'

/** Epochs in the file: they grow over restarts, and whoever holds an older one is fenced. `owner` is the folder's lock. */
export function openSession(connection: Connection, session: Omit<SessionId, 'epoch'>, owner: string): number {
  const { applicationId, thread, threads } = session
  return connection.write(() => {
    const { epoch } = connection
      .sql(
        `INSERT INTO applications (id, epoch) VALUES (?, 1) ON CONFLICT DO UPDATE SET epoch = epoch + 1 RETURNING epoch`,
      )
      .get(applicationId) as { epoch: number }
    // Another number of threads deals the partitions anew: whoever still has an old share must not commit it.
    connection.sql('DELETE FROM sessions WHERE application = ? AND threads <> ?').run(applicationId, threads)
    connection
      .sql(
        `INSERT OR REPLACE INTO sessions (application, thread, threads, epoch, owner, is_open) VALUES (?, ?, ?, ?, ?, 1)`,
      )
      .run(applicationId, thread, threads, epoch, owner)
    return epoch
  })
}

export function closeSession(connection: Connection, { applicationId, thread, epoch }: SessionId): void {
  connection.write(() =>
    connection
      .sql('UPDATE sessions SET is_open = 0 WHERE application = ? AND thread = ? AND epoch = ?')
      .run(applicationId, thread, epoch),
  )
}

/** Inside a transaction. */
export function ownsEpoch(connection: Connection, { applicationId, thread, epoch }: SessionId): boolean {
  return (
    connection.sql('SELECT epoch FROM sessions WHERE application = ? AND thread = ?').get(applicationId, thread)
      ?.epoch === epoch
  )
}

/** Inside a transaction. Sessions of an earlier hold on the folder died with their process. */
export function refuseOpenSession(connection: Connection, applicationId: string, owner: string): void {
  const open = connection
    .sql('SELECT thread FROM sessions WHERE application = ? AND owner = ? AND is_open = 1')
    .get(applicationId, owner)
  if (open)
    throw new BrokerError('SESSION_OPEN', `${applicationId} is running (thread ${open.thread}): stop it before a reset`)
}
