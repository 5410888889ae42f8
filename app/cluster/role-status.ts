import { jsonSerde, noHeaders, type ProducedRecord, type TopicSpec } from '#topology'
import type { AnalyzeStatus, CollectStatus, ExportStatus, NotifyStatus } from '../embedded/status.ts'

export const roles = ['collect', 'analyze', 'export', 'notify', 'dashboard'] as const
export type Role = (typeof roles)[number]

/** What a role process tells the others of itself, every few seconds. */
export interface RoleStatus {
  readonly role: Role
  readonly instanceId: string
  readonly host: string
  readonly pid: number
  readonly version: string
  /** Epoch ms. */
  readonly startedAt: number
  readonly at: number
  /** Kafka Streams' words: CREATED, REBALANCING, RUNNING, PENDING_SHUTDOWN, NOT_RUNNING, ERROR. */
  readonly state: string
  /** Why it does not work, or ''. */
  readonly problem: string
  readonly collect: CollectStatus | null
  readonly analyze: AnalyzeStatus | null
  readonly export: ExportStatus | null
  /** Absent in what an earlier version told. */
  readonly notify?: NotifyStatus | null
}

/** How often a role tells, ms, and after how long a silent one is taken for gone. */
export const TELL_EVERY_MS = 3_000
export const SILENT_MS = 12_000

/** Nothing of it matters after seconds; kept for an hour so that a person can look what happened. */
export const roleStatusesTopic: TopicSpec = {
  name: 'role-statuses',
  partitions: 1,
  cleanupPolicy: 'delete',
  retentionMs: 60 * 60_000,
}

const codec = jsonSerde<RoleStatus>().bind(undefined as never, '')

export const statusRecord = (status: RoleStatus): ProducedRecord => ({
  topic: roleStatusesTopic.name,
  key: Buffer.from(`${status.role}/${status.instanceId}`),
  value: codec.encode(status),
  timestamp: status.at,
  headers: noHeaders,
})

/** Null for what is none: another version's, or rubbish. */
export function statusOf(value: Uint8Array | null): RoleStatus | null {
  if (!value) return null
  try {
    const status = codec.decode(value)
    const isOne = roles.includes(status.role) && typeof status.instanceId === 'string' && Number.isFinite(status.at)
    return isOne && typeof status.state === 'string' && typeof status.problem === 'string' ? status : null
  } catch {
    return null
  }
}
