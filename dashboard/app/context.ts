/** What loaders and actions get from the server. Routes reach nothing else of the program. */

import type { ArchiveReader } from '#sinks/archive.ts'
import type { Identity } from '../access/identity.ts'
import type { RecentSearches } from '../access/recent-searches.ts'
import type { AccountRole } from '../accounts/account.ts'
import type { AccountStore } from '../accounts/account-store.ts'
import type { AlarmsSource } from '../alarms-description.ts'
import type { Action, DashboardCommands, DryRunScope } from '../commands.ts'
import type { LatencyBoard } from '../live/latency-board.ts'
import type { LiveHub } from '../live/live-hub.ts'
import type { Newcomers } from '../live/newcomers.ts'
import type { ModelsSource } from '../models-description.ts'
import type { ReplaysSource } from '../replays.ts'
import type { ReportsSource } from '../reports.ts'
import type { SystemDescription } from '../system-description.ts'
import type { OutsidePages } from './outside-links.ts'

/** An action of whoever asks. */
export type PersonsAction = Omit<Action, 'by' | 'role'>

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
  /** Null where nothing is told of alarms. */
  readonly alarms: AlarmsSource | null
  readonly reports: ReportsSource
  readonly replays: ReplaysSource
  readonly outside: OutsidePages
  /** What is deleted leaves the archive at once and the log only when its retention passes. */
  readonly logKeepsDeleted: boolean
  /** Ends what an overlay's address still shows; to be called when it is taken back. */
  readonly endOverlay: (id: string) => void
  /** Ends the live events of a person whose sessions ended: they would read on otherwise. */
  readonly endStreams: (name: string) => void
  readonly searches: RecentSearches
  /** Writes down what this person does, before it is shown or done; in the log when it resolves. */
  readonly act: (...actions: readonly PersonsAction[]) => Promise<void>
  /** The same for what must not wait for the log: nobody is kept out because it cannot be written. Failures are told to the operator. */
  readonly tell: (action: PersonsAction, who?: { readonly name: string; readonly role: string }) => void
}

export type { AccountRole, DryRunScope, Identity }

declare module '@remix-run/server-runtime' {
  interface AppLoadContext extends DashboardContext {}
}
declare module '@remix-run/node' {
  interface AppLoadContext extends DashboardContext {}
}
