import { rm } from 'node:fs/promises'
import { BrokerError } from '../errors.ts'
import { internalTopics } from '../log/internal-topics.ts'
import type { ClusterTopics } from './cluster-topics.ts'
import { errors } from './error-codes.ts'
import { refusal } from './refusal.ts'
import type { KafkaAdminRpc, Time } from './rpc.ts'
import { sessionEpochsTopic } from './session-epochs.ts'

export interface ApplicationResetOptions {
  readonly admin: KafkaAdminRpc
  readonly time: Time
  readonly topics: ClusterTopics
  /** Local copies of this application's state on this machine. */
  readonly stateFolder: string
}

const NON_EMPTY_GROUP = 68
const GROUP_ID_NOT_FOUND = 69
const EPOCHS = sessionEpochsTopic('').name

/**
 * Takes an application back to before its first start: offsets, changelogs and repartition topics, and the state on this
 * machine. Its epochs stay, and go on growing. Throws BrokerError SESSION_OPEN while it has members anywhere.
 */
export async function resetApplication(applicationId: string, options: ApplicationResetOptions): Promise<void> {
  const { admin, topics, stateFolder } = options
  const group = await admin.describeGroup(applicationId)
  if (group.errorCode !== errors.NONE && group.errorCode !== GROUP_ID_NOT_FOUND)
    throw refusal(group.errorCode, `group ${applicationId}`)
  if (group.members.length > 0)
    throw stillOpen(
      applicationId,
      group.members.map(({ host, clientId }) => `${clientId} on ${host}`),
    )
  const names = await topics.names()
  // An application's id may begin with another's: each has a topic of its epochs, which tells them apart.
  const applications = names.filter((name) => name.endsWith(EPOCHS)).map((name) => name.slice(0, -EPOCHS.length))
  const deleted = await admin.deleteGroup(applicationId)
  if (deleted.errorCode === NON_EMPTY_GROUP) throw stillOpen(applicationId, [])
  if (deleted.errorCode !== errors.NONE && deleted.errorCode !== GROUP_ID_NOT_FOUND)
    throw refusal(deleted.errorCode, `deleting group ${applicationId}`)
  await topics.delete(internalTopics(applicationId, applications, names))
  await rm(stateFolder, { recursive: true, force: true })
}

const stillOpen = (applicationId: string, who: readonly string[]) =>
  new BrokerError(
    'SESSION_OPEN',
    `${applicationId} has running members${who.length > 0 ? ` (${who.join(', ')})` : ''}: stop them first`,
  )
