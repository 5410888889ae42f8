import { readConfig } from '../config.ts'
import { startEmbedded } from '../embedded/embedded.ts'
import { logOf } from '../log.ts'
import { hasServers } from '../stores/stores-config.ts'
import { untilStopped } from '../until-stopped.ts'

export async function start(options: {
  readonly port?: number
  readonly host?: string
  readonly demo?: boolean
}): Promise<void> {
  const read = readConfig()
  const config = { ...read, port: options.port ?? read.port, host: options.host ?? read.host }
  const log = logOf('start', config)
  if (config.cluster)
    log.warn('start works on the data folder alone; JAVAS_KAFKA is for collect, analyze, export and dashboard')
  if (hasServers(config.stores))
    log.warn('start archives into the data folder; JAVAS_MONGODB is for roles on JAVAS_KAFKA')
  const began = performance.now()
  // Listened for from here on: who reads "ready" may ask to stop in the same moment.
  const stopped = untilStopped(log)
  const embedded = await startEmbedded(config, log)
  if (options.demo) await embedded.watch('demo')
  process.stdout.write(
    `JAVAS is ready after ${((performance.now() - began) / 1000).toFixed(1)} s: open ${embedded.url}\nData stands in ${config.dataDirectory}. Ctrl+C stops it; the next start goes on from there.\n`,
  )
  await stopped
  await embedded.close()
}
