/** Replays of the fixture: today's topology without a sentiment model, in this process. */
import { Streams } from '#topology'
import { CompareDesk } from '../../app/compare/compare-desk.ts'
import { type CompareOptions, compareVerdicts } from '../../app/compare/compare-verdicts.ts'
import type { Log } from '../../app/log.ts'

export function replaysFixture(
  archive: CompareOptions['archive'],
  settingsOf: (channelId: string) => CompareOptions['settings'],
  log: Log,
): CompareDesk {
  return new CompareDesk({
    log,
    compare: async (asked, options) => {
      // Loaded when it is wanted: most tests replay nothing.
      const [{ chatTopology }, { loadTokenizer }] = await Promise.all([
        import('../../app/chat-topology.ts'),
        import('#processors/tokenize.ts'),
      ])
      const topology = chatTopology({ tokens: loadTokenizer() })
      return compareVerdicts({
        ...asked,
        ...options,
        ...{ archive, settings: settingsOf(asked.channelId), rules: null },
        open: async (broker) => {
          const streams = new Streams(topology, { applicationId: 'fixture-replay', broker, commitIntervalMs: 20 })
          return { start: () => streams.start(), close: () => streams.close(), failed: new Promise(() => {}) }
        },
      })
    },
  })
}
