import { readConfig } from '../config.ts'
import { runOnData } from '../open-data.ts'

interface DryRunOptions {
  readonly share?: number
  readonly ratio?: number
  readonly messages?: number
  readonly word?: readonly string[]
  readonly mentions?: number
  readonly json?: boolean
}

/** Prints what would have rung in an archived broadcast. */
export async function dryRunAlarms(channelId: string, broadcastId: string, options: DryRunOptions): Promise<void> {
  const { share, ratio, messages, word, mentions, json = false } = options
  const thresholds = {
    ...(share !== undefined && { surgeShare: share }),
    ...(ratio !== undefined && { surgeRatio: ratio }),
    ...(messages !== undefined && { surgeMessages: messages }),
    ...(word !== undefined && { watchWords: word }),
    ...(mentions !== undefined && { watchCount: mentions }),
  }
  const args = { channelId, broadcastId, thresholds, json }
  for await (const line of runOnData(readConfig(), 'archive-dry-run-alarms', args)) process.stdout.write(line)
}
