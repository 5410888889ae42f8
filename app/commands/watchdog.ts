import { join } from 'node:path'
import { type Config, readConfig } from '../config.ts'
import { JavasError } from '../errors.ts'
import { logOf } from '../log.ts'
import { untilStopped } from '../until-stopped.ts'
import { listenToHealth } from '../watchdog/listen-to-health.ts'
import { runWatchdog, type WatchdogOptions } from '../watchdog/watchdog.ts'

/** The roles without which no alarm reaches anybody, and nothing is analysed. */
const EXPECTED = ['collect', 'analyze', 'notify']

/** A small process of its own that rings when a role is dead: of the cluster, or of the `javas start` that answers at `url`. */
export async function watchdog({ url, seconds }: { readonly url?: string; readonly seconds: number }): Promise<void> {
  const config = readConfig()
  const log = logOf('watchdog', config)
  const stop = new AbortController()
  const running = runWatchdog({
    ...(await heardBy(config, url)),
    ...{ config, log, signal: stop.signal, silentMs: seconds * 1_000 },
  })
  log.info('running')
  await Promise.race([running, untilStopped(log)])
  stop.abort()
  await running
}

async function heardBy(
  config: Config,
  url: string | undefined,
): Promise<Pick<WatchdogOptions, 'directory' | 'expected' | 'listen'>> {
  const { cluster } = config
  if (cluster) {
    if (url)
      throw new JavasError(
        'COMMAND_USAGE',
        '--url is for a "javas start"; the roles of a cluster are heard by their heartbeats.',
      )
    const { listenToCluster } = await import('../watchdog/listen-to-cluster.ts')
    const { logOf } = await import('../log.ts')
    const log = logOf('watchdog', { ...config, logLevel: 'warn' })
    return {
      directory: join(cluster.stateDirectory, 'watchdog'),
      expected: EXPECTED,
      listen: (heard, signal) => listenToCluster(cluster, log, heard, signal),
    }
  }
  const address = url ?? `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${config.port}/healthz`
  return {
    directory: join(config.dataDirectory, 'watchdog'),
    expected: ['start'],
    listen: (heard, signal) => listenToHealth(address, heard, signal),
  }
}
