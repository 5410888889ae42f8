import { createCollector } from '../collect/create-collector.ts'
import { produceRequest } from '../collect/requests.ts'
import type { Config } from '../config.ts'
import { requestOf } from '../request-of.ts'
import { tracesOf } from '../traces.ts'
import { runRole } from './run-role.ts'
import { shareChannels } from './share-channels.ts'

/** The sources of our share of the channels. */
export function collectOnCluster(config: Config, { link = [] }: { readonly link?: readonly string[] }): Promise<void> {
  return runRole('collect', config, async ({ broker, producer, log }) => {
    for (const one of link)
      await produceRequest(broker, producer, requestOf(one, { by: 'cli', isOwner: true, at: Date.now() }))
    const traces = await tracesOf('collect', config)
    const { collector, counts } = createCollector(broker, producer, log, config.sources, traces)
    const shared = await shareChannels({ broker, collector, log })
    return {
      ended: Promise.race([collector.failed, shared.failed]),
      status: () => ({
        state: 'RUNNING',
        problem: collector.problem,
        collect: { channels: collector.channels, counts, problem: collector.problem },
      }),
      async close() {
        await collector.stop()
        await shared.close()
        await traces?.close()
      },
    }
  })
}
