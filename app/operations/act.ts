import type { Operation, OwnAction } from './operation.ts'

/** Writes an action down and does nothing else: for commands whose work is no operation on the data. */
export const act: Operation<OwnAction> = async function* () {}
