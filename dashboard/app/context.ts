/** What loaders and actions get from the server. Routes reach nothing else of the program. */

import type { ArchiveReader } from '#sinks/archive.ts'
import type { Identity } from '../access/identity.ts'
import type { AccountRole, AuditEntry } from '../accounts/account.ts'
import type { AccountStore } from '../accounts/account-store.ts'
import type { DashboardCommands, DryRunScope } from '../commands.ts'
import type { LatencyBoard } from '../live/latency-board.ts'
import type { LiveHub } from '../live/live-hub.ts'
import type { Newcomers } from '../live/newcomers.ts'
import type { ModelsSource } from '../models-description.ts'
import type { SystemDescription } from '../system-description.ts'

export interface DashboardContext {
  readonly nonce: string
  /** Null: nobody has logged in; only `/login` is served then. */
  readonly identity: Identity | null
  /** Served over https: cookies may say so. */
  readonly secure: boolean
  readonly archive: ArchiveReader
  readonly hub: LiveHub
  readonly commands: DashboardCommands
  readonly accounts: AccountStore
  readonly latency: LatencyBoard
  readonly newcomers: Newcomers
  readonly describe: () => Promise<SystemDescription>
  readonly models: ModelsSource
  /** What is deleted leaves the archive at once and the log only when its retention passes. */
  readonly logKeepsDeleted: boolean
  /** Writes down what this person does, once for each subject; durable when it resolves. */
  readonly record: (action: AuditEntry['action'], channelId: string, ...subjects: readonly string[]) => Promise<void>
}

export type { AccountRole, DryRunScope, Identity }

declare module '@remix-run/server-runtime' {
  interface AppLoadContext extends DashboardContext {}
}
declare module '@remix-run/node' {
  interface AppLoadContext extends DashboardContext {}
}
