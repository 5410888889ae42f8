import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import { openNotifiers } from '../notify/open-notifiers.ts'
import { KeptLives } from '../watchdog/kept-lives.ts'
import { Bell } from '../watchdog/ring.ts'
import { RoleWatch } from '../watchdog/role-watch.ts'
import { STATUS_EVERY_MS } from './worker-data.ts'

/** A worker that is started again is back within seconds; one that tells nothing for so long hangs, or dies again and again. */
const SILENT_MS = 30_000
const BACK_MS = 10_000

export interface WorkerWatch {
  /** The worker told its status. */
  heard(name: string): void
  close(): Promise<void>
}

/** What watches the watchers where all roles are threads of one process: its main thread, which rings by itself. */
export function watchWorkers(config: Config, names: readonly string[], log: Log): WorkerWatch {
  const kept = new KeptLives(join(config.dataDirectory, 'workers'))
  const watch = new RoleWatch({ silentMs: SILENT_MS, backMs: BACK_MS }, kept.read())
  for (const name of names) watch.expect(name, Date.now())
  // The time without a process is no silence of its workers.
  watch.deaf('', Date.now())
  let bell: Promise<Bell> | null = null
  const ticking = setInterval(() => {
    for (const ring of watch.tick(Date.now())) {
      bell ??= openNotifiers(config.notify).then((notifiers) => new Bell(notifiers, log))
      void bell.then((one) => one.ring(ring))
    }
    kept.write(watch.lives)
  }, STATUS_EVERY_MS).unref()
  return {
    heard: (name) => watch.heard(name, Date.now()),
    async close() {
      clearInterval(ticking)
      await (await bell)?.close()
    },
  }
}
