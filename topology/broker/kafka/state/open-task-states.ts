import { SqliteTaskStates, type SqliteTaskStatesOptions } from './sqlite-task-states.ts'
import type { TaskStates } from './task-states.ts'

/** The state of one session's tasks in a folder of this machine. Throws LogError when the folder cannot be made. */
export const openTaskStates = (options: SqliteTaskStatesOptions): TaskStates => new SqliteTaskStates(options)
