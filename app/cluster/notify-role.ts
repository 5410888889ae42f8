import type { Config } from '../config.ts'
import { startNotify } from '../notify/notify.ts'
import { RoleBoard } from './role-board.ts'
import { runRole } from './run-role.ts'

/** Alarms to people. Several processes share the work: one tells, the others stand by. */
export const notifyOnCluster = (config: Config): Promise<void> =>
  runRole('notify', config, async ({ broker, producer, topics, log }) => {
    const board = await new RoleBoard(broker).open()
    const others = () => ({
      analyze: board.statuses.flatMap(({ analyze }) => analyze ?? []),
      export: board.statuses.flatMap((status) => status.export ?? []),
      told: board.statuses.map(({ role, host, at }) => ({ name: `${role} ${host}`, at })),
    })
    const notifying = await startNotify({ broker, producer, topics, config, log, others })
    return {
      ended: notifying.failed,
      status: () => {
        const notify = notifying.status()
        const down = notify.notifiers.find(({ problem }) => problem !== '')
        return {
          state: notify.state,
          problem: notify.problem || (down ? `${down.name}: ${down.problem}` : ''),
          notify,
        }
      },
      async close() {
        await notifying.close()
        await board.close()
      },
    }
  })
