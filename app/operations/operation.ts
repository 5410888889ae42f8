import type { OperatorAction } from '#schemas/types.ts'
import type { ArchiveReader } from '#sinks/archive.ts'
import type { Broker } from '#topology'
import type { Action } from '../../dashboard/commands.ts'
import type { PersonErasures } from '../erasure/person-erasures.ts'
import { operatorAction } from '../operator-action.ts'
import type { RetentionRow } from '../retention/run-retention.ts'

/** What an operation works on, whether inside the running process or on a data folder of its own. */
export interface OperationContext {
  readonly broker: Broker
  readonly archive: ArchiveReader
  /** Asks for a broadcast to be watched; resolves to its channel. */
  readonly watch: (link: string, options: { readonly [name: string]: string }) => Promise<string>
  /** Drops an application's state and offsets, with its tasks stopped meanwhile. */
  readonly reset: (applicationId: string) => Promise<void>
  /** Writes down what is done at the command line; in the log when it resolves. */
  readonly act: (action: OwnAction) => Promise<void>
  /** Takes away what is too old, or counts it. Absent where nothing goes by its age. */
  readonly retain?: (isDry: boolean) => Promise<readonly RetentionRow[]>
  readonly erasures: Pick<PersonErasures, 'erase'>
}

/** An action of whoever sits at this machine. */
export type OwnAction = Omit<Action, 'by' | 'role'>

/** A command on the data. Its lines are its result; it is told by `signal` when nobody listens any more. */
export type Operation<Args> = (context: OperationContext, args: Args, signal: AbortSignal) => AsyncIterable<string>

/** The name under which the audit shows what was done at the command line. No account may have it. */
const COMMAND_LINE = 'cli'

export const actBy =
  (write: (actions: readonly OperatorAction[]) => Promise<unknown>): OperationContext['act'] =>
  async (action) => {
    await write([operatorAction({ ...action, by: COMMAND_LINE, role: 'owner' }, Date.now())])
  }
