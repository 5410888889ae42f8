import type { Topics } from '#schemas/topics.ts'
import type { Broker } from '#topology'
import { channelRulesOf, channelSettingsOf } from '../channel-settings-of.ts'
import { type Config, dataFiles } from '../config.ts'
import type { Log } from '../log.ts'
import type { ArchivePlace } from '../stores/archive-place.ts'
import { CompareDesk } from './compare-desk.ts'
import { compareInThread } from './compare-in-thread.ts'

export interface OpenReplaysOptions {
  readonly config: Config
  /** Where a thread opens the archive. Default: the data folder's file. */
  readonly place?: ArchivePlace
  /** Holds what is in force for a channel today. */
  readonly broker: Broker
  /** Default: those of the embedded log. */
  readonly topics?: Topics
  readonly log: Log
}

/** Replays of this process, under the rules and settings that are in force when one begins. */
export function openReplays({ config, place, broker, topics, log }: OpenReplaysOptions): CompareDesk {
  return new CompareDesk({
    log,
    compare: async (asked, { signal, onProgress }) => {
      const settings = await channelSettingsOf(broker, asked.channelId, { topics, signal })
      const rules = await channelRulesOf(broker, asked.channelId, { topics, signal })
      const archive = place ?? { file: dataFiles(config.dataDirectory).archive }
      return compareInThread({ ...asked, config, place: archive, settings, rules }, { signal, onProgress })
    },
  })
}
