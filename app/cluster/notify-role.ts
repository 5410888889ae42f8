import type { Config } from '../config.ts'
import { startNotify } from '../notify/notify.ts'
import { runRole } from './run-role.ts'

/** Alarms to people. Several processes share the work: one tells, the others stand by. */
export const notifyOnCluster = (config: Config): Promise<void> =>
  runRole('notify', config, async ({ broker, producer, topics, log }) => {
    const notifying = await startNotify({ broker, producer, topics, config, log })
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
      close: () => notifying.close(),
    }
  })
